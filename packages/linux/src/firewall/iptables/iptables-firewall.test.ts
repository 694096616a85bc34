import type { EndpointId, NetworkId } from "@cnm/core";
import { describe, expect, it } from "vitest";
import { CHAIN_PREFIX } from "../../iptables/spec.ts";
import type { LinuxResource } from "../../resources/resource.ts";
import type { FirewallFamily, FirewallNetwork } from "../firewall.ts";
import { cnmChains } from "./chains.ts";
import { iptablesFirewall } from "./iptables-firewall.ts";

const firewall = iptablesFirewall();
const endpointId = "ab".repeat(32) as EndpointId;
const ipv4: FirewallFamily = {
  family: 4,
  subnet: "10.7.0.0/24",
  gatewayMode: "nat",
  source: { translate: "masquerade" },
};
const ipv6: FirewallFamily = {
  family: 6,
  subnet: "fd07::/64",
  gatewayMode: "routed",
  source: { translate: "none" },
};
const network: FirewallNetwork = {
  id: "cd".repeat(32) as NetworkId,
  bridge: "br0",
  icc: true,
  internal: false,
  families: [ipv4],
};

const texts = (planned: readonly LinuxResource[]): readonly string[] =>
  planned.flatMap((one) =>
    one.kind === "iptables-rule" ? [`${one.family} ${one.table} ${one.chain} ${one.rule.join(" ")}`] : [],
  );

const WITHIN_AND_OUT = [
  "4 filter CNM-PAIRS -i br0 -o br0 -j CNM-WITHIN",
  "4 filter CNM-BRIDGES -o br0 -j CNM-INTO",
  "4 filter CNM-OUT -i br0 -j ACCEPT",
  "4 nat CNM-NAT-PAIRS -s 10.7.0.0/24 -o br0 -j CNM-NAT-WITHIN",
  "4 nat CNM-NAT-LOOPBACK -o br0 -j MASQUERADE",
];

describe("a network", () => {
  it("is told from which source its traffic leaves", () => {
    expect(texts(firewall.planNetwork(network))).toEqual([
      ...WITHIN_AND_OUT,
      "4 nat CNM-MASQUERADE -s 10.7.0.0/24 -j MASQUERADE",
    ]);
    const snat = { ...ipv4, source: { translate: "snat", to: "192.0.2.9" } } as const;
    expect(texts(firewall.planNetwork({ ...network, families: [snat] })).at(-1)).toBe(
      "4 nat CNM-SNAT -s 10.7.0.0/24 -j SNAT --to-source 192.0.2.9",
    );
  });

  it("is opened as its gateway modes say", () => {
    const open = { ...ipv4, gatewayMode: "nat-unprotected", source: { translate: "none" } } as const;
    expect(texts(firewall.planNetwork({ ...network, families: [open, ipv6] }))).toEqual([
      ...WITHIN_AND_OUT,
      "4 filter CNM-UNPROTECTED -o br0 -j ACCEPT",
      "6 filter CNM-PAIRS -i br0 -o br0 -j CNM-WITHIN",
      "6 filter CNM-BRIDGES -o br0 -j CNM-INTO",
      "6 filter CNM-OUT -i br0 -j ACCEPT",
      "6 nat CNM-NAT-PAIRS -s fd07::/64 -o br0 -j CNM-NAT-WITHIN",
      "6 filter CNM-ROUTED -o br0 -p ipv6-icmp -j ACCEPT",
    ]);
  });

  it("may be closed within, or to the outside", () => {
    const planned = texts(firewall.planNetwork({ ...network, icc: false, internal: true }));
    expect(planned).toContain("4 filter CNM-ICC-OFF -o br0 -j DROP");
    expect(planned.filter((text) => text.includes("CNM-INTERNAL"))).toEqual([
      "4 filter CNM-INTERNAL -o br0 -j DROP",
      "4 filter CNM-INTERNAL -i br0 -j DROP",
    ]);
    expect(planned.join()).not.toContain("CNM-MASQUERADE");
  });

  it("needs the chains of its families, and no others", () => {
    const families = (of: FirewallNetwork) =>
      firewall.planNetwork(of).flatMap((one) => (one.kind === "iptables-chains" ? [one.family] : []));
    expect(families(network)).toEqual([4]);
    expect(families({ ...network, families: [ipv4, ipv6] })).toEqual([4, 6]);
  });

  it("cannot have a bridge whose name means more to iptables", () => {
    for (const bridge of ["br+", "!br", 'b"r']) {
      expect(() => firewall.planNetwork({ ...network, bridge })).toThrow(/cannot name the link/);
    }
  });
});

describe("an endpoint", () => {
  const endpoint = {
    id: endpointId,
    network: { ...network, families: [ipv4, ipv6] },
    addresses: ["10.7.0.2", "fd07::2"],
    trustedInterfaces: ["wg0", "br0"],
    directRouting: false,
  };

  it("is not routed to, but by its bridge and trusted interfaces", () => {
    expect(texts(firewall.planEndpoint(endpoint))).toEqual([
      "4 mangle CNM-DIRECT -d 10.7.0.2/32 -i br0 -j RETURN",
      "4 mangle CNM-DIRECT -d 10.7.0.2/32 -i wg0 -j RETURN",
      "4 mangle CNM-PROTECTED -d 10.7.0.2/32 -j DROP",
    ]);
  });

  it("needs no protection in an internal network, and may go without", () => {
    expect(firewall.planEndpoint({ ...endpoint, directRouting: true })).toEqual([]);
    expect(firewall.planEndpoint({ ...endpoint, network: { ...network, internal: true } })).toEqual([]);
  });
});

describe("a port", () => {
  const port = (protocol: "tcp" | "udp" | "sctp", target: string, host?: string) =>
    texts(
      firewall.planPort({
        endpointId,
        network,
        protocol,
        ...(host === undefined ? {} : { host: { address: host, port: 8080 } }),
        target: { address: target, port: 80 },
      }),
    );

  it("is opened, and published on any address or on one", () => {
    const open = "4 filter CNM-OPEN -d 10.7.0.2/32 -p tcp -m tcp --dport 80 -j ACCEPT";
    expect(port("tcp", "10.7.0.2")).toEqual([open]);
    expect(port("tcp", "10.7.0.2", "0.0.0.0")).toEqual([
      open,
      "4 nat CNM-PUBLISHED-ANY -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.7.0.2:80",
    ]);
    expect(port("sctp", "fd07::2", "2001:db8::1")).toEqual([
      "6 filter CNM-OPEN -d fd07::2/128 -p sctp -m sctp --dport 80 -j ACCEPT",
      "6 nat CNM-PUBLISHED-HERE -d 2001:db8::1/128 -p sctp -m sctp --dport 8080 -j DNAT --to-destination [fd07::2]:80",
    ]);
    expect(port("udp", "fd07::2", "::")[1]).toMatch(/^6 nat CNM-PUBLISHED-ANY -p udp/);
  });

  it("is for this host only if its address is", () => {
    expect(port("udp", "10.7.0.2", "127.0.0.1")).toEqual([
      "4 filter CNM-OPEN -d 10.7.0.2/32 -p udp -m udp --dport 80 -j ACCEPT",
      "4 nat CNM-PUBLISHED-HERE -d 127.0.0.1/32 -p udp -m udp --dport 8080 -j DNAT --to-destination 10.7.0.2:80",
      "4 mangle CNM-LOOPBACK -d 127.0.0.1/32 -p udp -m udp --dport 8080 -j DROP",
    ]);
  });
});

describe("the chains", () => {
  it("have names that iptables takes, and lead to each other", () => {
    for (const family of [4, 6] as const) {
      for (const { chains, jumps } of cnmChains(family, { acceptMark: { value: 1, mask: 0xff } }).tables) {
        const names = chains.map(({ name }) => name);
        for (const name of names) expect(name).toMatch(/^CNM-[A-Z-]{1,24}$/);
        const targets = [...chains, ...jumps].flatMap(({ rules }) => rules.map((rule) => rule[rule.indexOf("-j") + 1]));
        for (const target of targets.filter((one) => one?.startsWith(CHAIN_PREFIX))) expect(names).toContain(target);
      }
    }
  });

  it("let packets with a chosen mark in", () => {
    const marks = (value: number, mask: number) =>
      cnmChains(4, { acceptMark: { value, mask } })
        .tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules))
        .flatMap((rule) => (rule.includes("--mark") ? [rule.join(" ")] : []));
    expect(marks(1, 0xff)).toEqual(["-m mark --mark 0x1/0xff -j ACCEPT"]);
    expect(marks(0xf000_0000, 0xffff_ffff)).toEqual(["-m mark --mark 0xf0000000 -j ACCEPT"]);
  });
});
