import { bindLibc, loadFfi } from "@cnm/linux";
import { afterAll, describe, expect, it } from "vitest";
import { cnmTable } from "../../packages/linux/src/firewall/nftables/skeleton.ts";
import { NETLINK_NETFILTER } from "../../packages/linux/src/netlink/constants.ts";
import { openMonitor } from "../../packages/linux/src/netlink/monitor.ts";
import { openNetlinkSocket } from "../../packages/linux/src/netlink/socket.ts";
import { NFNLGRP_NFTABLES } from "../../packages/linux/src/nftables/constants.ts";
import { digestOfSpec } from "../../packages/linux/src/nftables/digest.ts";
import { nftablesHandler } from "../../packages/linux/src/nftables/nft-handler.ts";
import { keyed } from "../../packages/linux/src/resources/resource-key.ts";
import { enterFreshHost, nftJson, run } from "../support/host.ts";

const host = enterFreshHost();
const ffi = loadFfi();
const libc = bindLibc(ffi);
const table = cnmTable();
const handler = nftablesHandler({
  table,
  openSocket: () => openNetlinkSocket(libc, NETLINK_NETFILTER),
  openMonitor: (listener) => openMonitor(ffi, libc, NETLINK_NETFILTER, [NFNLGRP_NFTABLES], listener),
});
afterAll(async () => {
  await handler.close();
  host.close();
});

const skeleton = keyed({
  kind: "nft-table",
  owner: { kind: "host", id: "" },
  shared: true,
  table: "cnm",
  digest: digestOfSpec(table),
});
const owner = { kind: "endpoint", id: "ab".repeat(32) } as const;
const element = (set: string, fields: readonly string[], data?: readonly string[]) =>
  keyed({ kind: "nft-element", owner, table: "cnm", set, fields, ...(data === undefined ? {} : { data }) });

const ELEMENTS = [
  element("bridges", ["br-0123456789ab"]),
  element("pairs", ["br-0123456789ab", "br-0123456789ab"]),
  element("published4", ["192.0.2.7", "tcp", "8080"], ["10.7.0.2", "80"]),
  element("published4-any", ["udp", "53"], ["10.7.0.2", "5353"]),
  element("published6", ["2001:db8::7", "sctp", "9"], ["fd07::2", "99"]),
  element("published6-any", ["tcp", "65535"], ["fd07::2", "1"]),
  element("direct6", ["fd07::2", "br-0123456789ab"]),
  element("snat4", ["br-0123456789ab"], ["192.0.2.9"]),
];
const everything = { wanted: [], departing: [], namespaces: [] };

describe("table inet cnm", () => {
  it("is made in one transaction, and reads back with the digest of its plan", async () => {
    await handler.apply({ remove: [], add: [skeleton, ...ELEMENTS] });
    const found = await handler.observe(everything);
    expect(found.map(({ key }) => key).sort()).toEqual([skeleton, ...ELEMENTS].map(({ key }) => key).sort());
    expect(found).toContainEqual(skeleton);
    for (const wanted of ELEMENTS) expect(found).toContainEqual(wanted);
  });

  it("is shown by nft in its own words", () => {
    const text = run("nft", ["list", "table", "inet", "cnm"]);
    for (const line of [
      'tcp . 65535 comment "cnm:endpoint:',
      'udp . 53 comment "cnm:endpoint:',
      "192.0.2.7 . tcp . 8080",
      ": 10.7.0.2 . 80",
      "type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service",
      "type ifname . ifname",
      "fib daddr type local jump published",
      "ct state established,related accept",
      "ct status dnat ip saddr . oifname @members4 masquerade",
      "ip daddr . iifname != @direct4 drop",
      "dnat ip to ip daddr . meta l4proto . th dport map @published4",
      "dnat ip6 to meta l4proto . th dport map @published6-any",
      "snat ip to iifname map @snat4",
    ]) {
      expect(text).toContain(line);
    }
  });

  it("takes an element that is there, and drops one that is not, without a word", async () => {
    await handler.apply({ remove: [], add: ELEMENTS });
    await handler.apply({ remove: [element("bridges", ["br-nobody"])], add: [] });
    expect(await handler.observe(everything)).toHaveLength(ELEMENTS.length + 1);
  });

  it("changes what a key maps to in place", async () => {
    const [, , before] = ELEMENTS;
    if (before === undefined) throw new Error("no element");
    const after = element("published4", ["192.0.2.7", "tcp", "8080"], ["10.7.0.3", "81"]);
    await handler.apply({ remove: [before], add: [after] });
    expect(await handler.observe(everything)).toContainEqual(after);
    // Without being told what stands there.
    await handler.apply({ remove: [], add: [before] });
    expect(await handler.observe(everything)).toContainEqual(before);
  });

  it("leaves everything as it was when one element is refused", async () => {
    const before = await handler.observe(everything);
    const bad = element("snat4", ["br-0123456789ab-too-long-for-a-name"], ["192.0.2.9"]);
    await expect(handler.apply({ remove: [], add: [element("bridges", ["br-new"]), bad] })).rejects.toThrow();
    expect(await handler.observe(everything)).toEqual(before);
  });

  it("is missed when rules are flushed, and healed without losing elements", async () => {
    run("nft", ["flush", "chain", "inet", "cnm", "into"]);
    const [found] = (await handler.observe(everything)).filter(({ kind }) => kind === "nft-table");
    expect(found).toBeDefined();
    if (found === undefined) return;
    expect(handler.difference?.(skeleton, found)).toMatch(/not as they shall be/);
    await handler.apply({ remove: [found], add: [skeleton] });
    const healed = await handler.observe(everything);
    expect(healed).toContainEqual(skeleton);
    for (const wanted of ELEMENTS) expect(healed).toContainEqual(wanted);
  });

  it("tells of changes by others, and not of its own", async () => {
    const heard: string[] = [];
    const change = new Promise<void>((resolve) => {
      const watch = handler.watch?.(({ detail }) => {
        heard.push(detail);
        watch?.[Symbol.dispose]();
        resolve();
      });
    });
    await handler.apply({ remove: [], add: [element("bridges", ["br-own"])] });
    run("nft", ["add", "table", "inet", "somebody"]);
    run("nft", ["add", "element", "inet", "cnm", "bridges", '{ "br-foreign" }']);
    await change;
    expect(heard).toEqual(["nft changed table inet cnm"]);
  });

  it("holds many elements", async () => {
    const many = Array.from({ length: 5_000 }, (_, at) =>
      element("published4-any", ["tcp", String(10_000 + at)], ["10.7.0.9", "80"]),
    );
    await handler.apply({ remove: [], add: many });
    expect((await handler.observe(everything)).length).toBeGreaterThan(5_000);
    await handler.apply({ remove: many, add: [] });
    expect((await handler.observe(everything)).length).toBeLessThan(20);
  });

  it("is gone without a trace", async () => {
    await handler.apply({ remove: [skeleton, ...ELEMENTS], add: [] });
    await handler.apply({ remove: [skeleton], add: [] });
    expect(await handler.observe(everything)).toEqual([]);
    expect(nftJson(["list", "tables"])).toEqual([{ table: expect.objectContaining({ name: "somebody" }) }]);
    await expect(handler.apply({ remove: [], add: ELEMENTS })).rejects.toThrow(/table inet cnm is gone/);
  });
});
