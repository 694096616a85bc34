import { describe, expect, it } from "vitest";
import { sctpEndpoints } from "./port-thief.ts";

describe("/proc/net/sctp/eps", () => {
  it("is read for ports and users", () => {
    const text = [
      " ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS",
      "ffff9d2c4a1b8000 ffff9d2c5b2e0000 2   10  53   9000      1000 81427 0.0.0.0 ",
      "ffff9d2c4a1b9000 ffff9d2c5b2e1000 2   10  54   9001         0 81428 10.0.0.1 10.0.0.2 ",
      "",
    ].join("\n");
    expect(sctpEndpoints(text)).toEqual([
      { port: 9000, user: "1000" },
      { port: 9001, user: "0" },
    ]);
  });

  it("may be absent, or have nothing but its head", () => {
    expect(sctpEndpoints("")).toEqual([]);
    expect(sctpEndpoints(" ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS\n")).toEqual([]);
  });
});
