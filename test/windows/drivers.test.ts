import { driverHostConformance } from "@cnm/core/testing";
import { hostedDrivers } from "@cnm/windows/testing";
import { afterAll, describe, expect, it } from "vitest";
import { emulatedHost } from "./support/emulated-host.ts";
import { openEmulator } from "./support/emulator.ts";

const emulator = openEmulator();
emulator.configure({ Version: "15.5" });
afterAll(() => emulator[Symbol.dispose]());

const open = () => {
  emulator.reset();
  return emulatedHost();
};

for (const subject of hostedDrivers(open)) driverHostConformance(subject, { describe, it });

it("the DLL counts nothing that is still open", () => {
  const { Handles, Strings, Objects } = emulator.counters();
  expect(Object.entries(Handles).filter(([, count]) => count > 0)).toEqual([]);
  expect(Object.entries(Objects).filter(([, count]) => count > 0)).toEqual([]);
  expect(Strings).toBe(0);
});
