import type { Endpoint } from "@cnm/core";
import { describe, expect, it } from "vitest";
import { hostsText } from "./hosts-text.ts";
import { resolvText } from "./resolv-text.ts";

const endpoint = (...addresses: readonly string[]) =>
  ({ addresses: addresses.map((address) => ({ address })) }) as unknown as Endpoint;

describe("files of a sandbox", () => {
  it("has its names at its addresses in hosts", () => {
    const names = { hostname: "web1", domainname: "example.org", extraHosts: ["db:192.0.2.7", "db6:2001:db8::7"] };
    const lines = hostsText(names, [endpoint("10.7.0.2/24", "fd07::2/64")]).split("\n");
    expect(lines[0]).toBe("127.0.0.1\tlocalhost");
    expect(lines.slice(-5)).toEqual([
      "192.0.2.7\tdb",
      "2001:db8::7\tdb6",
      "10.7.0.2\tweb1.example.org web1",
      "fd07::2\tweb1.example.org web1",
      "",
    ]);
  });

  const host = "# made by hand\nnameserver 192.0.2.53\nsearch example.org\noptions ndots:2\n";
  const nothing = { dns: [], dnsSearch: [], dnsOptions: [] };

  it("has the host's name servers unless there are others", () => {
    expect(resolvText(host, nothing)).toBe("nameserver 192.0.2.53\nsearch example.org\noptions ndots:2\n");
    expect(resolvText(host, { dns: ["9.9.9.9"], dnsSearch: ["a", "b"], dnsOptions: ["rotate"] })).toBe(
      "nameserver 9.9.9.9\nsearch a b\noptions rotate\n",
    );
    expect(resolvText(host, { ...nothing, dnsSearch: ["."] })).toBe("nameserver 192.0.2.53\noptions ndots:2\n");
  });
});
