import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { newGuid, openHcnClient } from "@cnm/windows";
import { expect, it } from "vitest";
import { windowsLibraries } from "../../packages/windows/src/ffi/windows-libraries.ts";
import { emulatorPaths, openEmulator } from "./support/emulator.ts";

const CALLS = 100_000;
const MEBIBYTE = 1 << 20;
/** A text of each call that was not freed would be 16 in each part. */
const LEAK = 8;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function memory(): number {
  collectGarbage();
  return process.memoryUsage.rss() / MEBIBYTE;
}

/** Heaps take a breath now and then, and what leaks goes on leaking: so the part that grew less counts. */
function growth(sizes: readonly number[]): number {
  console.log(`memory ${sizes.map((size) => size.toFixed(1)).join(", then ")} MiB`);
  return Math.min(...sizes.slice(1).map((size, at) => size - (sizes[at] ?? 0)));
}

it("a hundred thousand calls leave no handle open, no text and no memory", async () => {
  const { computenetwork, vmcompute } = emulatorPaths();
  const libraries = { computenetwork, vmcompute };
  using emulator = openEmulator();
  emulator.reset();
  const client = await openHcnClient({ libraries });
  const network = await client.networks.create({ Name: "web", Type: "Internal" });

  /** Succeeding and failing ones: open, query and close; a list; one that is not there, with an error record. */
  const round = async (): Promise<void> => {
    await client.networks.get(network.ID);
    await client.networks.list({ name: "web" });
    await client.endpoints.get(newGuid()).catch(() => undefined);
  };
  const calls = () => Object.values(emulator.counters().Calls).reduce((sum, count) => sum + count, 0);

  const run = async (until: number): Promise<void> => {
    while (calls() < until) for (let at = 0; at < 50; at++) await Promise.all([round(), round(), round(), round()]);
  };
  await run(CALLS / 5);
  const sizes = [memory()];
  const blocks = emulator.counters().Blocks;
  for (const part of [3 / 5, 1]) {
    await run(CALLS * part);
    sizes.push(memory());
  }
  console.log(`${calls()} calls`);

  const { Handles, Strings, Blocks } = emulator.counters();
  expect(Handles).toMatchObject({ Network: 0, Endpoint: 0 });
  expect(Strings).toBe(0);
  expect(Blocks).toBe(blocks);
  expect(growth(sizes)).toBeLessThan(LEAK);
  await client.networks.delete(network.ID);
  await client.close();
}, 600_000);

it("a hundred thousand calls on this thread neither", () => {
  const { computenetwork, vmcompute } = emulatorPaths();
  using emulator = openEmulator();
  const { computenetwork: library } = windowsLibraries({ computenetwork, vmcompute });
  const enumerate = library.function("HcnEnumerateNetworks");
  const open = library.function("HcnOpenNetwork");
  const nobody = new Uint8Array(16).fill(7);
  const part = (): void => {
    for (let at = 0; at < CALLS / 4; at++) {
      const [networks, none] = enumerate('{"SchemaVersion":{"Major":2,"Minor":0}}').back;
      const { result, back } = open(nobody);
      if (networks !== "[]" || none !== null) throw new Error(`networks ${networks}, record ${none}`);
      if (result !== 0x803b0001 || back[1] === null)
        throw new Error(`result ${result.toString(16)}, record ${back[1]}`);
    }
  };
  emulator.reset();
  part();
  const sizes = [memory()];
  for (let more = 0; more < 2; more++) {
    part();
    sizes.push(memory());
  }
  expect(emulator.counters().Strings).toBe(0);
  expect(growth(sizes)).toBeLessThan(LEAK);
});
