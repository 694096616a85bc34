import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isEdited,
  parseResolvConf,
  type ResolvConf,
  renderBridgeResolvConf,
  renderResolvConf,
  resolvConfHash,
  resolvConfPath,
} from "./resolv-conf.ts";

const HOST: ResolvConf = { servers: ["192.0.2.53"], search: ["example.org"], options: ["edns0"] };

describe("a resolv.conf", () => {
  it("is read as the C library reads it", () => {
    const text = [
      "# a comment",
      "; another one",
      "nameserver 192.0.2.53",
      "nameserver\tFD07:0::53  # the second",
      "nameserver fe80::1%eth0",
      "nameserver not-an-address",
      "nameserver",
      " nameserver 192.0.2.99",
      "domain first.org second.org",
      "search lost.org",
      "search example.org  example.net ; both",
      "options ndots:2 rotate",
      "options  timeout:1",
      "sortlist 130.155.160.0",
      "lookup file bind\r",
      "nameserver 192.0.2.54\r",
    ].join("\n");
    expect(parseResolvConf(text)).toEqual({
      servers: ["192.0.2.53", "fd07::53", "fe80::1%eth0", "192.0.2.54"],
      search: ["example.org", "example.net"],
      options: ["ndots:2", "rotate", "timeout:1"],
    });
    expect(parseResolvConf("")).toEqual({ servers: [], search: [], options: [] });
    expect(parseResolvConf("search a\ndomain b c").search).toEqual(["b"]);
  });

  it("has comments that end with the line, whatever is in them", () => {
    expect(parseResolvConf("options rotate #\r ndots:2 \u2028x\nsearch a").options).toEqual(["rotate"]);
  });

  it.each([
    ["nameserver 127.0.0.53\noptions edns0", "/run/systemd/resolve/resolv.conf"],
    ["nameserver 127.0.0.53\nnameserver 192.0.2.53", "/etc/resolv.conf"],
    ["nameserver 127.0.0.1", "/etc/resolv.conf"],
    ["", "/etc/resolv.conf"],
  ])("%j leads to %s", (text, path) => {
    expect(resolvConfPath(parseResolvConf(text))).toBe(path);
  });
});

describe("the file of a sandbox", () => {
  const rendered = (host: ResolvConf, dns?: Parameters<typeof renderResolvConf>[0]["dns"]) =>
    renderResolvConf({ resolvers: ["127.0.0.11"], host, dns });

  it("names our resolver only, and tells in a comment whom that asks", () => {
    expect(rendered(HOST)).toBe(
      [
        "# Written by cnm. It can be edited, and stays as it is then.",
        "# Other names are asked of 192.0.2.53, from the host.",
        "nameserver 127.0.0.11",
        "search example.org",
        "options edns0 ndots:0",
        "",
      ].join("\n"),
    );
  });

  it("has what the sandbox says in the place of what the host says, part by part", () => {
    const text = rendered(HOST, { servers: ["192.0.2.99"], search: ["."], options: ["rotate", "ndots:3"] });
    expect(text).toContain("# Other names are asked of 192.0.2.99, from the sandbox.\n");
    expect(parseResolvConf(text)).toEqual({ servers: ["127.0.0.11"], search: [], options: ["rotate", "ndots:3"] });
    expect(parseResolvConf(rendered(HOST, { search: ["a.org", "b.org"] })).search).toEqual(["a.org", "b.org"]);
    expect(parseResolvConf(rendered(HOST, { servers: [], search: [], options: [] })).search).toEqual(["example.org"]);
  });

  it("has no ndots that is no number, and 0 in its place", () => {
    for (const wrong of ["ndots", "ndots:", "ndots:x", "ndots:-1", "ndots:1.5"]) {
      expect(parseResolvConf(rendered({ ...HOST, options: [wrong, "rotate"] })).options).toEqual(["rotate", "ndots:0"]);
    }
    expect(parseResolvConf(rendered({ ...HOST, options: ["ndots:x", "ndots:5"] })).options).toEqual(["ndots:5"]);
  });

  it("says when there is nobody to ask", () => {
    expect(rendered({ servers: [], search: [], options: [] })).toContain("# Other names are asked of nobody.\n");
  });

  it("is known to be edited by its hash", () => {
    const text = rendered(HOST);
    const hash = resolvConfHash(text);
    expect(isEdited(text, hash)).toBe(false);
    expect(isEdited(`${text}nameserver 192.0.2.1\n`, hash)).toBe(true);
  });

  it("says what it was rendered from", () => {
    const words = fc.array(fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}$/), { maxLength: 4 });
    fc.assert(
      fc.property(words, words, (search, options) => {
        const host = { servers: ["192.0.2.53"], search, options: options.filter((one) => !one.startsWith("ndots")) };
        const read = parseResolvConf(rendered(host));
        expect(read).toEqual({ servers: ["127.0.0.11"], search, options: [...host.options, "ndots:0"] });
      }),
    );
  });
});

describe("the file of a sandbox on the predefined network", () => {
  const servers = (host: readonly string[], ipv6: boolean, own?: readonly string[]) =>
    parseResolvConf(
      renderBridgeResolvConf({
        host: { ...HOST, servers: host },
        ipv6,
        ...(own === undefined ? {} : { dns: { servers: own } }),
      }),
    ).servers;

  it("names the host's servers, without those that it cannot reach", () => {
    const host = ["127.0.0.53", "192.0.2.53", "fd07::53", "::1", "fe80::1%eth0", "127.1.2.3"];
    expect(servers(host, true)).toEqual(["192.0.2.53", "fd07::53"]);
    expect(servers(host, false)).toEqual(["192.0.2.53"]);
  });

  it("names public ones where none is left", () => {
    expect(servers(["127.0.0.1"], false)).toEqual(["8.8.8.8", "8.8.4.4"]);
    expect(servers([], true)).toEqual(["8.8.8.8", "8.8.4.4", "2001:4860:4860::8888", "2001:4860:4860::8844"]);
  });

  it("names what the user gave, whatever it is", () => {
    expect(servers(["192.0.2.53"], false, ["127.0.0.1", "fd07::53"])).toEqual(["127.0.0.1", "fd07::53"]);
  });

  it("gets no ndots of ours", () => {
    expect(parseResolvConf(renderBridgeResolvConf({ host: HOST, ipv6: false }))).toEqual(HOST);
  });
});
