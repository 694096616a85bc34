import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { newGuid, openHcnClient } from "@cnm/windows";
import { expect, it } from "vitest";
import { windowsLibraries } from "../../packages/windows/src/ffi/windows-libraries.ts";
import { emulatorPaths, openEmulator } from "./support/emulator.ts";

const CALLS = 100_000;
const MEBIBYTE = 1 << 20;
/** Heaps breathe. */
const LEAK = 8;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function memory(): number {
  collectGarbage();
  return process.memoryUsage.rss() / MEBIBYTE;
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
  await run(CALLS / 2);
  const [first, blocks] = [memory(), emulator.counters().Blocks];
  await run(CALLS);
  const last = memory();
  console.log(`${calls()} calls; memory ${first.toFixed(1)} MiB half-way, ${last.toFixed(1)} MiB at the end`);

  const { Handles, Strings, Blocks } = emulator.counters();
  expect(Handles).toMatchObject({ Network: 0, Endpoint: 0 });
  expect(Strings).toBe(0);
  expect(Blocks).toBe(blocks);
  // A text of each call that was not freed would be 20 MiB.
  expect(last - first).toBeLessThan(LEAK);
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
  const half = (): void => {
    for (let at = 0; at < CALLS / 4; at++) {
      const [networks, none] = enumerate('{"SchemaVersion":{"Major":2,"Minor":0}}').back;
      const { result, back } = open(nobody);
      if (networks !== "[]" || none !== null) throw new Error(`networks ${networks}, record ${none}`);
      if (result !== 0x803b0001 || back[1] === null)
        throw new Error(`result ${result.toString(16)}, record ${back[1]}`);
    }
  };
  emulator.reset();
  half();
  const first = memory();
  half();
  const last = memory();
  console.log(`memory ${first.toFixed(1)} MiB half-way, ${last.toFixed(1)} MiB at the end`);
  expect(emulator.counters().Strings).toBe(0);
  expect(last - first).toBeLessThan(LEAK);
});
