import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { emulatorPaths, openEmulator } from "./support/emulator.ts";

it("the example of both systems runs on Windows, by the same source file", async () => {
  using emulator = openEmulator();
  emulator.reset();
  const log = join(tmpdir(), `cnm-example-${process.pid}.jsonl`);
  emulator.configure({ Log: log });
  const { computenetwork, vmcompute, compartments } = emulatorPaths();
  process.env["CNM_EXAMPLE_LIBRARIES"] = JSON.stringify({ computenetwork, vmcompute, iphlpapi: compartments });
  const said = await outputOf(() => import("../../examples/06-either-system.ts"));
  expect(said).toEqual([
    "network web: nat, 10.76.0.0/24",
    "sandbox server: 10.76.0.2/24, 0.0.0.0:18076 -> 80",
    "0 differences",
    "0 networks, 0 sandboxes",
  ]);

  const calls = readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  emulator.configure({ Log: "" });
  rmSync(log, { force: true });
  const made = JSON.stringify(calls);
  // What HNS was told, as it was told.
  for (const words of [
    "HcnCreateNetwork",
    "HcnCreateNamespace",
    "HcnCreateEndpoint",
    "HcnDeleteEndpoint",
    "HcnDeleteNetwork",
  ]) {
    expect(made).toContain(words);
  }
  expect(made.replaceAll("\\", "")).toMatch(
    /"Type":"PortMapping","Settings":\{"Protocol":6,"InternalPort":80,"ExternalPort":18076\}/,
  );
  const { Objects, Handles, Strings } = emulator.counters();
  expect(Object.values(Objects).every((count) => count === 0)).toBe(true);
  expect(Object.entries(Handles).filter(([, count]) => count > 0)).toEqual([]);
  expect(Strings).toBe(0);
});

async function outputOf(run: () => Promise<unknown>): Promise<readonly string[]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: unknown) => void lines.push(String(line));
  try {
    await run();
  } finally {
    console.log = log;
  }
  return lines;
}
