import { existsSync } from "node:fs";
import { join } from "node:path";
import { HOST_OWNER, type OwnerRef } from "@cnm/core";
import { bindLibc, currentNamespace, loadFfi, openNamespace } from "@cnm/linux";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type NamespacePool, openNamespacePool } from "../../packages/linux/src/netns/namespace-pool.ts";
import { createEngine, type ResourceEngine } from "../../packages/linux/src/resources/engine.ts";
import type { LinuxResource } from "../../packages/linux/src/resources/resource.ts";
import { type KeylessResource, keyed } from "../../packages/linux/src/resources/resource-key.ts";
import { LinkIndexes } from "../../packages/linux/src/resources/stack/link-indexes.ts";
import { openLinkRemover } from "../../packages/linux/src/resources/stack/link-remover.ts";
import { QuietStarts } from "../../packages/linux/src/resources/stack/quiet-starts.ts";
import { stackHandler } from "../../packages/linux/src/resources/stack/stack-handler.ts";
import { descriptors, enterFreshHost, ipJson, run } from "../support/host.ts";

const host = enterFreshHost();
const folder = join(host.runDir, "netns");
const network: OwnerRef = { kind: "network", id: "aa".repeat(32) };
const sandbox: OwnerRef = { kind: "sandbox", id: "bb".repeat(32) };
const endpoint: OwnerRef = { kind: "endpoint", id: "cc".repeat(32) };

const make = (resource: KeylessResource): LinuxResource => keyed(resource) as LinuxResource;
const box = (name: string): string => join(folder, name);

const bridge = make({
  kind: "link",
  owner: network,
  name: "br-test",
  type: "bridge",
  up: true,
  mtu: 1400,
  mac: "02:42:00:00:00:01",
});
const networkPlan: readonly LinuxResource[] = [
  bridge,
  make({ kind: "sysctl", owner: network, name: "net/ipv6/conf/br-test/accept_ra", value: "0" }),
  make({ kind: "sysctl", owner: HOST_OWNER, name: "net/ipv4/ip_forward", value: "1", restore: "0" }),
  make({ kind: "address", owner: network, link: "br-test", address: "10.7.0.1/24" }),
  make({ kind: "address", owner: network, link: "br-test", address: "fd07::1/64" }),
  make({ kind: "route", owner: network, link: "br-test", destination: "10.99.0.0/16", gateway: "10.7.0.9" }),
];

function endpointPlan(name: string, number: number): readonly LinuxResource[] {
  const netns = box(name);
  const hex = number.toString(16).padStart(2, "0");
  return [
    make({
      kind: "link",
      owner: endpoint,
      name: `veth00000${hex}`,
      type: "veth",
      up: true,
      mtu: 1400,
      master: "br-test",
      port: { hairpin: true, isolated: false },
      linkLocal: false,
      peer: { netns, name: "eth0", mac: `02:42:0a:07:00:${hex}`, mtu: 1400, up: true },
    }),
    make({ kind: "sysctl", owner: endpoint, netns, name: "net/ipv6/conf/eth0/accept_ra", value: "0" }),
    make({ kind: "address", owner: endpoint, netns, link: "eth0", address: `10.7.0.${number}/24` }),
    make({ kind: "address", owner: endpoint, netns, link: "eth0", address: `fd07::${number.toString(16)}/64` }),
    make({ kind: "route", owner: endpoint, netns, link: "eth0", destination: "0.0.0.0/0", gateway: "10.7.0.1" }),
    make({ kind: "route", owner: endpoint, netns, link: "eth0", destination: "::/0", gateway: "fd07::1" }),
  ];
}

const sandboxPlan = (name: string): readonly LinuxResource[] => [
  make({ kind: "netns", owner: sandbox, path: box(name) }),
];

let pool: NamespacePool;
let quiet: QuietStarts;
let engine: ResourceEngine;

function open(): void {
  const libc = bindLibc(loadFfi());
  pool = openNamespacePool(libc, currentNamespace(libc));
  const remover = openLinkRemover(loadFfi(), libc, pool.host.namespace);
  const noMonitor = () => ({ drain: () => undefined, [Symbol.dispose]: () => undefined });
  quiet = new QuietStarts(libc, pool);
  const announcer = { announce: () => undefined, silence: () => undefined };
  engine = createEngine([
    stackHandler(
      { libc, pool, remover, indexes: new LinkIndexes(), quiet, isCalm: () => remover.idle, ...announcer },
      folder,
      noMonitor,
    ),
  ]);
}

async function close(): Promise<void> {
  await engine.close();
  await quiet.end();
  await pool.close();
}

beforeAll(open);

afterEach(async () => {
  await engine.apply({ remove: await engine.observe(), add: [] });
  expect(linkNames()).toEqual(["lo"]);
});

afterAll(async () => {
  await close();
  host.close();
});

const linkNames = (): readonly unknown[] => ipJson(["link"]).map(({ ifname }) => ifname);
const add = (plan: readonly LinuxResource[]): Promise<void> => engine.apply({ remove: [], add: plan });
const remove = (plan: readonly LinuxResource[]): Promise<void> => engine.apply({ remove: plan, add: [] });

/** What differs between a plan and the host, in words. */
async function drift(plan: readonly LinuxResource[]): Promise<readonly string[]> {
  const found = new Map((await engine.observe({ wanted: plan })).map((resource) => [resource.key, resource]));
  const lines = plan.flatMap((wanted) => {
    const there = found.get(wanted.key);
    found.delete(wanted.key);
    const difference = there === undefined ? "missing" : engine.difference(wanted, there);
    return difference === undefined ? [] : [`${wanted.key}: ${difference}`];
  });
  return [...lines, ...[...found.keys()].map((key) => `${key}: unexpected`)];
}

describe("network stacks", () => {
  const plan = [...networkPlan, ...sandboxPlan("one"), ...endpointPlan("one", 2)];

  it("makes a bridge, a sandbox and an endpoint, reads the same back, and leaves nothing", async () => {
    await add(plan);
    expect(await drift(plan)).toEqual([]);

    const [br] = ipJson(["link", "show", "br-test"]);
    expect(br).toMatchObject({ mtu: 1400, address: "02:42:00:00:00:01", ifalias: `cnm:network:${network.id}` });
    const [veth] = ipJson(["link", "show", "veth0000002"]);
    expect(veth).toMatchObject({
      master: "br-test",
      mtu: 1400,
      // Not `operstate`, which the kernel sets in its own time.
      flags: expect.arrayContaining(["UP"]),
      ifalias: `cnm:endpoint:${endpoint.id}`,
      inet6_addr_gen_mode: "none",
    });
    expect(veth?.["linkinfo"]).toMatchObject({ info_slave_data: { hairpin: true, isolated: false } });

    const inside = openNamespace(bindLibc(loadFfi()), box("one"));
    const [eth0] = ipJson(["address", "show", "eth0"], inside);
    expect(eth0).toMatchObject({
      address: "02:42:0a:07:00:02",
      flags: expect.arrayContaining(["UP"]),
      mtu: 1400,
    });
    expect((eth0?.["addr_info"] as { local: string }[] | undefined)?.map(({ local }) => local)).toEqual(
      expect.arrayContaining(["10.7.0.2", "fd07::2"]),
    );
    expect(ipJson(["route", "show", "default"], inside)).toMatchObject([{ gateway: "10.7.0.1", protocol: "67" }]);
    expect(ipJson(["-6", "route", "show", "default"], inside)).toMatchObject([{ gateway: "fd07::1" }]);
    expect(ipJson(["link", "show", "lo"], inside)[0]?.["flags"]).toContain("UP");
    expect(run("ping", ["-c", "1", "-W", "2", "10.7.0.1"], inside)).toContain(" 0% packet loss");
    expect(run("ping", ["-c", "1", "-W", "2", "fd07::1"], inside)).toContain(" 0% packet loss");
    inside.close();

    await remove(plan);
    expect(linkNames()).toEqual(["lo"]);
    expect(existsSync(box("one"))).toBe(false);
    expect(await engine.observe()).toEqual([]);
    expect(run("sysctl", ["-n", "net.ipv4.ip_forward"]).trim()).toBe("0");
  });

  it("adds twice and removes twice without an error", async () => {
    await add(plan);
    await add(plan);
    expect(await drift(plan)).toEqual([]);
    await remove(plan);
    await remove(plan);
    expect(await engine.observe()).toEqual([]);
  });

  it("brings loopback up in new namespaces, for both families", async () => {
    await add(sandboxPlan("one"));
    const inside = openNamespace(bindLibc(loadFfi()), box("one"));
    expect(ipJson(["link", "show", "lo"], inside)[0]?.["flags"]).toContain("UP");
    for (const address of ["127.0.0.1", "::1"]) {
      expect(run("ping", ["-c", "1", "-W", "2", address], inside)).toContain(" 0% packet loss");
    }
    inside.close();
  });

  it("leaves no descriptor open when it is closed", async () => {
    await close();
    const before = descriptors();
    open();
    await add(plan);
    await remove(plan);
    await add([...networkPlan, ...sandboxPlan("two"), ...endpointPlan("two", 3)]);
    await close();
    expect(descriptors()).toEqual(before);
    open();
  });
});
