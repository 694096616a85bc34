import type { Platform } from "@cnm/core";
import { type DriverHost, driverHostConformance } from "@cnm/core/testing";
import { describe, it } from "vitest";
import { FakeWindows } from "../testing/fake-windows.ts";
import { hostedDrivers } from "../testing/hosted-drivers.ts";

async function start(windows: FakeWindows): Promise<DriverHost> {
  const { controller, platform } = await windows.open();
  return {
    controller,
    platform: platform as unknown as Platform,
    restart: async () => {
      await controller.close();
      return await start(windows);
    },
    close: () => controller.close(),
  };
}

for (const subject of hostedDrivers(() => start(new FakeWindows()))) driverHostConformance(subject, { describe, it });
