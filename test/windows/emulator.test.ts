import { describe, expect, it } from "vitest";
import { openEmulator } from "./support/emulator.ts";

describe("the emulator under Node for Windows", () => {
  it("is there, and counts", () => {
    expect(process.platform).toBe("win32");
    using emulator = openEmulator();
    emulator.reset();
    expect(emulator.counters().Objects).toEqual({
      Networks: 0,
      Endpoints: 0,
      Namespaces: 0,
      LoadBalancers: 0,
      SdnRoutes: 0,
      GuestNetworkServices: 0,
      PortReservations: 0,
    });
    expect(emulator.counters().Strings).toBe(0);
  });
});
