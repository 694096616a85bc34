import { expect, it } from "vitest";
import { checkNames } from "./check-names.ts";

it("takes what fits into files, and names everything that does not", () => {
  checkNames({
    Hostname: "web-1.example",
    Dns: ["192.0.2.1", "2001:db8::1"],
    ExtraHosts: ["db:192.0.2.7", "d6:2001:db8::7"],
  });
  const bad = {
    Hostname: "a b",
    Domainname: "x\ny",
    Dns: ["nine"],
    DnsSearch: ["a b"],
    DnsOptions: ["#"],
    ExtraHosts: ["db", "db:nowhere", "a\tb:192.0.2.1"],
  };
  try {
    checkNames(bad);
    expect.unreachable();
  } catch (error) {
    expect((error as { faults: readonly string[] }).faults).toHaveLength(8);
  }
});
