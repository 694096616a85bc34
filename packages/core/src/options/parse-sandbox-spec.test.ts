import { describe, expect, it } from "vitest";
import { CnmError } from "../errors/cnm-error.ts";
import { parseSandboxSpec } from "./parse-sandbox-spec.ts";

const faultsOf = (input: unknown): readonly string[] => {
  try {
    parseSandboxSpec(input);
  } catch (error) {
    if (error instanceof CnmError && error.code === "invalid-options") return error.faults;
    throw error;
  }
  return [];
};

describe("a sandbox's names", () => {
  it("are taken as they are, and addresses in their canonical form", () => {
    const spec = parseSandboxSpec({
      name: "web1",
      hostname: "web_1",
      domainname: "example.org",
      dns: { servers: ["192.0.2.53", "FD07:0::53"], search: ["example.org", "org"], options: ["ndots:2", "rotate"] },
      extraHosts: ["db:10.0.0.7", "db:FD07:0::7", "db:[fd07::8]", "docker.internal:host-gateway"],
    });
    expect(spec).toEqual({
      name: "web1",
      hostname: "web_1",
      domainname: "example.org",
      dns: { servers: ["192.0.2.53", "fd07::53"], search: ["example.org", "org"], options: ["ndots:2", "rotate"] },
      extraHosts: ["db:10.0.0.7", "db:fd07::7", "db:fd07::8", "docker.internal:host-gateway"],
    });
  });

  it("may all be left out", () => {
    expect(parseSandboxSpec({ name: "web1" })).toEqual({ name: "web1" });
    expect(parseSandboxSpec({ name: "web1", dns: {} })).toEqual({ name: "web1", dns: {} });
  });

  it("may have no search domain at all", () => {
    expect(parseSandboxSpec({ name: "a", dns: { search: ["."] } }).dns).toEqual({ search: ["."] });
  });

  it("are refused together with everything else that is wrong", () => {
    const faults = faultsOf({
      hostname: "two words",
      domainname: "line\nbreak",
      dns: { servers: ["192.0.2.300", "fe80::1%eth0"], search: ["a b"], options: ["ndots:x", "rotate; x"], server: [] },
      extraHosts: ["db", "d b:10.0.0.7", "db:10.0.0.0/8", ":10.0.0.7"],
    });
    expect(faults.map((fault) => fault.split(" ")[0])).toEqual([
      "hostname",
      "domainname",
      "dns.servers[0]",
      "dns.servers[1]",
      "dns.search[0]",
      "dns.options[0]",
      "dns.options[1]",
      "dns.server",
      "extraHosts[0]",
      "extraHosts[1]",
      "extraHosts[2]",
      "extraHosts[3]",
      "name",
    ]);
  });

  it("are refused with the address that is none", () => {
    expect(faultsOf({ name: "a", dns: { servers: ["192.0.2.300"] } })).toEqual([
      'dns.servers[0] has to be an address ("300" is no number from 0 to 255), not "192.0.2.300"',
    ]);
    expect(faultsOf({ name: "a", dns: { search: [".", "org"] } })).toEqual([
      'dns.search has "." for no domain at all, and others beside it',
    ]);
  });

  it.each([
    ["ndots", false],
    ["ndots:", false],
    ["ndots:1x", false],
    ["ndots:1", true],
    ["no-tld-query", true],
    ["timeout:3", true],
    ["use-vc\nnameserver 192.0.2.1", false],
  ])("option %j: %s", (option, right) => {
    expect(faultsOf({ name: "a", dns: { options: [option] } }).length === 0).toBe(right);
  });

  it.each([
    ["a".repeat(63), true],
    ["a".repeat(64), false],
    [`${"a".repeat(60)}.bcd`, true],
    [`${"a".repeat(60)}.bcde`, false],
    ["-a", false],
    ["a-", false],
    ["a..b", false],
    ["", false],
  ])("host name %j: %s", (hostname, right) => {
    expect(faultsOf({ name: "a", hostname }).length === 0).toBe(right);
  });
});
