import { existsSync, writeFileSync } from "node:fs";
import type { EndpointId, NetworkId } from "@cnm/core";
import {
  bindLibc,
  currentNamespace,
  type FirewallNetwork,
  type LinuxResource,
  loadFfi,
  type Namespace,
} from "@cnm/linux";
import { afterAll, describe, expect, it } from "vitest";
import { cnmChains } from "../../packages/linux/src/firewall/iptables/chains.ts";
import { iptablesFirewall } from "../../packages/linux/src/firewall/iptables/iptables-firewall.ts";
import { nftablesFirewall } from "../../packages/linux/src/firewall/nftables/nftables-firewall.ts";
import { cnmTable } from "../../packages/linux/src/firewall/nftables/skeleton.ts";
import { iptablesHandler } from "../../packages/linux/src/iptables/iptables-handler.ts";
import { iptablesProgram } from "../../packages/linux/src/iptables/iptables-program.ts";
import { programRunner } from "../../packages/linux/src/iptables/run-program.ts";
import { NETLINK_NETFILTER } from "../../packages/linux/src/netlink/constants.ts";
import { openNetlinkSocket } from "../../packages/linux/src/netlink/socket.ts";
import { nftablesHandler } from "../../packages/linux/src/nftables/nft-handler.ts";
import { createEngine, type ResourceEngine } from "../../packages/linux/src/resources/engine.ts";
import { enterFreshHost, run } from "../support/host.ts";
import { patience, silence } from "../support/slowness.ts";
import { Traffic } from "../support/traffic.ts";

/** The same traffic through each firewall, over links made by hand: what they let pass has to be the same. */
const host = enterFreshHost();
const libc = bindLibc(loadFfi());
const own = currentNamespace(libc);
const traffic = new Traffic();
const listeners: number[] = [];
afterAll(() => {
  for (const fd of listeners) traffic.close(fd);
  own.close();
  host.close();
});

const neighbour = host.makeNeighbour();
for (const setting of [
  "net.ipv4.ip_forward=1",
  "net.ipv6.conf.all.forwarding=1",
  "net.ipv4.conf.all.route_localnet=1",
]) {
  run("sysctl", ["-qw", setting]);
}

const network = (at: number, parts: Partial<FirewallNetwork> = {}): FirewallNetwork => {
  const bridge = `br-${at}`;
  run("ip", ["link", "add", bridge, "type", "bridge"]);
  run("ip", ["address", "add", `10.7.${at}.1/24`, "dev", bridge]);
  run("ip", ["address", "add", `fd07:${at}::1/64`, "dev", bridge, "nodad"]);
  run("ip", ["link", "set", bridge, "up"]);
  return {
    id: `${at}`.repeat(64) as NetworkId,
    bridge,
    icc: true,
    internal: false,
    families: [
      { family: 4, subnet: `10.7.${at}.0/24`, gatewayMode: "nat", source: { translate: "masquerade" } },
      { family: 6, subnet: `fd07:${at}::/64`, gatewayMode: "nat", source: { translate: "masquerade" } },
    ],
    ...parts,
  };
};

/** A sandbox that listens on ports 80 and 81. */
const sandbox = (at: number, number: number): Namespace => {
  const name = `s${at}-${number}`;
  const namespace = host.makeNamespace(name);
  run("ip", ["link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", namespace.path]);
  run("ip", ["link", "set", name, "master", `br-${at}`, "up"]);
  run("ip", ["address", "add", `10.7.${at}.${number}/24`, "dev", "eth0"], namespace);
  run("ip", ["address", "add", `fd07:${at}::${number}/64`, "dev", "eth0", "nodad"], namespace);
  run("ip", ["link", "set", "eth0", "up"], namespace);
  run("ip", ["route", "add", "default", "via", `10.7.${at}.1`], namespace);
  run("ip", ["-6", "route", "add", "default", "via", `fd07:${at}::1`], namespace);
  listeners.push(traffic.listen(namespace, 80), traffic.listen(namespace, 81));
  return namespace;
};

const plain = network(1);
const [first, second] = [sandbox(1, 2), sandbox(1, 3)];
const trusting = network(2);
const trusted = sandbox(2, 2);
const internal = network(3, { internal: true });
const enclosed = sandbox(3, 2);
const open = network(4, {
  families: [
    { family: 4, subnet: "10.7.4.0/24", gatewayMode: "nat-unprotected", source: { translate: "masquerade" } },
    { family: 6, subnet: "fd07:4::/64", gatewayMode: "routed", source: { translate: "none" } },
  ],
});
sandbox(4, 2);
const chosen = network(5, {
  families: [
    { family: 4, subnet: "10.7.5.0/24", gatewayMode: "nat", source: { translate: "snat", to: "192.0.2.1" } },
    { family: 6, subnet: "fd07:5::/64", gatewayMode: "nat", source: { translate: "snat", to: "2001:db8::1" } },
  ],
});
const leaving = sandbox(5, 2);
const untranslated = network(6, {
  families: [
    { family: 4, subnet: "10.7.6.0/24", gatewayMode: "nat", source: { translate: "none" } },
    { family: 6, subnet: "fd07:6::/64", gatewayMode: "nat", source: { translate: "none" } },
  ],
});
const known = sandbox(6, 2);
listeners.push(traffic.listen(neighbour, 90));

// The neighbour can ask for this host's loopback addresses, too.
run("sysctl", ["-qw", "net.ipv4.conf.all.route_localnet=1"], neighbour);
run("ip", ["route", "del", "local", "127.0.0.0/8", "dev", "lo", "table", "local"], neighbour);
for (const address of ["127.0.0.1", "127.0.0.5"]) run("ip", ["route", "add", address, "via", "192.0.2.1"], neighbour);

/** Whether bridged packets pass through the host's firewall. Where the module is not loaded they never do. */
const SWITCHES = ["iptables", "ip6tables"].map((name) => `/proc/sys/net/bridge/bridge-nf-call-${name}`);
const BRIDGED = SWITCHES.every((path) => existsSync(path)) ? (["off", "on"] as const) : (["off"] as const);
const setBridgeNetfilter = (how: "off" | "on"): void => {
  for (const path of SWITCHES) if (existsSync(path)) writeFileSync(path, how === "on" ? "1" : "0");
};

const id = (at: number) => `${at}e`.repeat(32) as EndpointId;

const nftTable = cnmTable();
const iptables = (variant: "iptables-legacy" | "iptables-nft") => ({
  firewall: iptablesFirewall(),
  handler: () =>
    iptablesHandler({
      chains: { 4: cnmChains(4), 6: cnmChains(6) },
      program: iptablesProgram({ variant, run: programRunner(own) }),
    }),
});
const FIREWALLS = {
  nftables: {
    firewall: nftablesFirewall(nftTable),
    handler: () =>
      nftablesHandler({
        table: nftTable,
        openSocket: () => openNetlinkSocket(libc, NETLINK_NETFILTER),
        openMonitor: () => ({ [Symbol.dispose]: () => undefined }),
      }),
  },
  "iptables-legacy": iptables("iptables-legacy"),
  "iptables-nft": iptables("iptables-nft"),
} as const;

describe.each(["nftables", "iptables-legacy", "iptables-nft"] as const)("the firewall %s", (name) => {
  const { firewall, handler } = FIREWALLS[name];
  const engine: ResourceEngine = createEngine([handler()]);
  const endpoint = (at: number, of: FirewallNetwork, trustedInterfaces: readonly string[] = [], number = 2) =>
    firewall.planEndpoint({
      id: id(at),
      network: of,
      addresses: [`10.7.${at}.${number}`, `fd07:${at}::${number}`],
      trustedInterfaces,
      directRouting: false,
    });
  const port = (at: number, of: FirewallNetwork, target: string, address?: string, hostPort = 8080) =>
    firewall.planPort({
      endpointId: id(at),
      network: of,
      protocol: "tcp",
      ...(address === undefined ? {} : { host: { address, port: hostPort } }),
      target: { address: target, port: 80 },
    });
  const planned: readonly LinuxResource[] = [
    ...new Map(
      [
        ...[plain, trusting, internal, open, chosen, untranslated].map(firewall.planNetwork),
        endpoint(1, plain),
        endpoint(1, plain, [], 3),
        endpoint(2, trusting, ["uplink"]),
        endpoint(3, internal),
        endpoint(4, open),
        endpoint(5, chosen),
        endpoint(6, untranslated),
        port(1, plain, "10.7.1.2", "0.0.0.0"),
        port(1, plain, "10.7.1.2", "127.0.0.5", 8081),
        port(1, plain, "10.7.1.2", "192.0.2.1", 8082),
        port(1, plain, "fd07:1::2", "::"),
        port(1, plain, "fd07:1::2", "2001:db8::1", 8082),
        port(2, trusting, "10.7.2.2"),
        port(2, trusting, "fd07:2::2"),
        port(4, open, "fd07:4::2"),
      ]
        .flat()
        .map((resource) => [resource.key, resource] as const),
    ).values(),
  ];

  const OPEN: readonly (readonly [what: string, from: Namespace, address: string, port: number])[] = [
    ["a published port, from outside", neighbour, "192.0.2.1", 8080],
    ["a published port, from outside, IPv6", neighbour, "2001:db8::1", 8080],
    ["a port published on one address", neighbour, "192.0.2.1", 8082],
    ["a port published on one address, IPv6", neighbour, "2001:db8::1", 8082],
    ["a published port, from this host", own, "192.0.2.1", 8080],
    ["a published port, from this host's loopback", own, "127.0.0.1", 8080],
    ["a published port, from this host, IPv6", own, "2001:db8::1", 8080],
    ["a port published on a loopback address, from this host", own, "127.0.0.5", 8081],
    ["a published port, from the same bridge", second, "192.0.2.1", 8080],
    ["a published port, from the same bridge, IPv6", second, "2001:db8::1", 8080],
    ["a published port, from another network", trusted, "192.0.2.1", 8080],
    ["a published port, from another network, IPv6", trusted, "2001:db8::1", 8080],
    ["another sandbox of the network", second, "10.7.1.2", 81],
    ["an open port, by a trusted interface", neighbour, "10.7.2.2", 80],
    ["an open port, by a trusted interface, IPv6", neighbour, "fd07:2::2", 80],
    ["any port of an unprotected network", neighbour, "10.7.4.2", 81],
    ["an open port of a routed network", neighbour, "fd07:4::2", 80],
    ["an enclosed sandbox, from this host", own, "10.7.3.2", 80],
    ["a sandbox, from this host", own, "fd07:1::2", 81],
    ["the world", first, "192.0.2.2", 90],
    ["the world, IPv6", first, "2001:db8::2", 90],
    ["the world, which answers to the sandbox's own address", known, "192.0.2.2", 90],
    ["the world, which answers to the sandbox's own address, IPv6", known, "2001:db8::2", 90],
  ];
  const CLOSED: typeof OPEN = [
    ["a sandbox's open port directly", neighbour, "10.7.1.2", 80],
    ["a sandbox's open port directly, IPv6", neighbour, "fd07:1::2", 80],
    ["a sandbox's open port from another network", trusted, "10.7.1.2", 80],
    ["a closed port by a trusted interface", neighbour, "10.7.2.2", 81],
    ["a closed port by a trusted interface, IPv6", neighbour, "fd07:2::2", 81],
    ["a closed port of a routed network", neighbour, "fd07:4::2", 81],
    ["a loopback address's port from outside", neighbour, "127.0.0.5", 8081],
    ["an enclosed sandbox from outside", neighbour, "10.7.3.2", 80],
    ["an enclosed sandbox from another network", first, "fd07:3::2", 80],
    ["the world, from inside", enclosed, "192.0.2.2", 90],
    ["the world, from inside, IPv6", enclosed, "2001:db8::2", 90],
    ["a published port, from inside", enclosed, "192.0.2.1", 8080],
  ];

  const reached = async (ways: typeof OPEN, limit: number) =>
    (
      await Promise.all(
        ways.map(async ([what, from, address, to]) =>
          (await traffic.reaches(from, address, to, limit)) ? [what] : [],
        ),
      )
    ).flat();
  const names = (ways: typeof OPEN) => ways.map(([what]) => what);

  it("reads back as planned", async () => {
    await engine.apply({ remove: [], add: planned });
    expect(new Set(await engine.observe())).toEqual(new Set(planned));
  });

  it.each(BRIDGED)("lets in what is published or open, and nothing else, where br_netfilter is %s", async (how) => {
    setBridgeNetfilter(how);
    expect(await reached(OPEN, patience(5_000))).toEqual(names(OPEN));
    expect(await reached(CLOSED, silence(700))).toEqual([]);
  });

  it("gives what leaves an address that can be answered", async () => {
    for (const subnet of ["10.7.0.0/16", "fd07::/16"]) run("ip", ["route", "add", "blackhole", subnet], neighbour);
    try {
      for (const from of [first, leaving]) {
        expect(await traffic.reaches(from, "192.0.2.2", 90)).toBe(true);
        expect(await traffic.reaches(from, "2001:db8::2", 90)).toBe(true);
      }
    } finally {
      for (const subnet of ["10.7.0.0/16", "fd07::/16"]) run("ip", ["route", "del", "blackhole", subnet], neighbour);
    }
  });

  it("stands in the way of nothing once it is gone", async () => {
    await engine.apply({ remove: planned, add: [] });
    expect(await engine.observe()).toEqual([]);
    const direct = CLOSED.filter(([, , , to]) => to < 100);
    expect(await reached(direct, patience(5_000))).toEqual(names(direct));
    const published = OPEN.filter(([, , , to]) => to > 8000);
    expect(await reached(published, silence(700))).toEqual([]);
    await engine.close();
  });
});
