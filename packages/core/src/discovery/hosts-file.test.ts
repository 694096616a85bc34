import { describe, expect, it } from "vitest";
import { parseHosts, renderHosts, withExtraHosts } from "./hosts-file.ts";

describe("the hosts file of a sandbox", () => {
  it("names the sandbox under each of its addresses", () => {
    const text = renderHosts({
      ipv6: true,
      hostname: "web1",
      domainname: "example.org",
      addresses: ["10.7.0.2", "fd07::2"],
      extraHosts: ["db:10.0.0.7", "db:fd07::7", "docker.internal:host-gateway"],
      hostGateways: ["10.7.0.1", "fd07::1"],
    });
    expect(text).toBe(
      [
        "127.0.0.1\tlocalhost",
        "::1\tlocalhost ip6-localhost ip6-loopback",
        "fe00::\tip6-localnet",
        "ff00::\tip6-mcastprefix",
        "ff02::1\tip6-allnodes",
        "ff02::2\tip6-allrouters",
        "10.0.0.7\tdb",
        "fd07::7\tdb",
        "10.7.0.1\tdocker.internal",
        "fd07::1\tdocker.internal",
        "10.7.0.2\tweb1.example.org web1",
        "fd07::2\tweb1.example.org web1",
        "",
      ].join("\n"),
    );
  });

  it("has no IPv6 where the sandbox has none, and no names that nobody gave", () => {
    expect(renderHosts({ ipv6: false, addresses: ["10.7.0.2"] })).toBe("127.0.0.1\tlocalhost\n");
    expect(renderHosts({ ipv6: false, hostname: "web1", addresses: ["10.7.0.2"] })).toBe(
      "127.0.0.1\tlocalhost\n10.7.0.2\tweb1\n",
    );
  });

  it("leaves out the host's own name where it has no address to give", () => {
    const text = renderHosts({ ipv6: false, addresses: [], extraHosts: ["a:host-gateway", "b:10.0.0.1"] });
    expect(parseHosts(text).slice(1)).toEqual([{ address: "10.0.0.1", names: ["b"] }]);
  });
});

describe("a hosts file", () => {
  it("is read without its comments", () => {
    const text = "# all\n127.0.0.1 localhost # here\n\n  10.0.0.7\tdb  db.example.org\r\n10.0.0.8\n#10.0.0.9 no\n";
    expect(parseHosts(text)).toEqual([
      { address: "127.0.0.1", names: ["localhost"] },
      { address: "10.0.0.7", names: ["db", "db.example.org"] },
    ]);
  });

  it("of the host gets extra hosts behind its last line", () => {
    expect(withExtraHosts("127.0.0.1 localhost", ["db:10.0.0.7"], [])).toBe("127.0.0.1 localhost\n10.0.0.7\tdb\n");
    expect(withExtraHosts("127.0.0.1 localhost\n", ["h:host-gateway"], ["10.0.0.1"])).toBe(
      "127.0.0.1 localhost\n10.0.0.1\th\n",
    );
    expect(withExtraHosts("# mine", [], [])).toBe("# mine");
    expect(withExtraHosts("", ["db:10.0.0.7"], [])).toBe("10.0.0.7\tdb\n");
  });
});
