import { pathToFileURL } from "node:url";
import { runDaemon } from "@cnm/daemon";
import { windowsPlatform } from "@cnm/windows";
import { emulatorPaths } from "./emulator.ts";

/** `cnm daemon` with its defaults, on the emulator: where Windows has its own libraries, Wine has none. */
const { computenetwork, vmcompute, compartments: iphlpapi } = emulatorPaths();
const checkout = process.env["CNM_TEST_CHECKOUT"];
const daemon = await runDaemon(
  {},
  {
    openPlatform: async () =>
      (await windowsPlatform({
        libraries: { computenetwork, vmcompute, iphlpapi },
        compartmentThread: pathToFileURL(`${checkout}\\packages\\windows\\dist\\compartment-thread.js`),
      })) as never,
  },
);
console.log("serving");
await daemon.stopped;
process.exit(0);
