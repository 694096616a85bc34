import { IPV6_LOOPBACK, NFPROTO_IPV4, NFPROTO_IPV6, NFT_REG_1, NFT_REG32_00 } from "../../nftables/constants.ts";
import { masked, matches } from "../../nftables/expressions/bitwise.ts";
import { differs, equals } from "../../nftables/expressions/cmp.ts";
import { destinationTranslated, establishedOrRelated } from "../../nftables/expressions/ct.ts";
import type { Expression } from "../../nftables/expressions/expression.ts";
import { destinationIsLocal } from "../../nftables/expressions/fib.ts";
import { isIn, isNotIn, mapped } from "../../nftables/expressions/lookup.ts";
import {
  loadFamily,
  loadIncomingName,
  loadMark,
  loadOutgoingName,
  loadProtocol,
} from "../../nftables/expressions/meta.ts";
import { masquerade, translateDestination, translateSource } from "../../nftables/expressions/nat.ts";
import {
  loadDestinationPort,
  loadIpv4Destination,
  loadIpv4Source,
  loadIpv6Destination,
  loadIpv6Source,
} from "../../nftables/expressions/payload.ts";
import { accept, drop, goBack, jump } from "../../nftables/expressions/verdict.ts";
import { protocolNumber } from "../../nftables/fields.ts";
import type { NftChainSpec, NftRuleSpec, NftSetSpec, NftTableSpec } from "../../nftables/spec.ts";

export const CNM_TABLE = "cnm";

export interface SkeletonOptions {
  /** Packets with this mark may go to any sandbox (Docker's --bridge-accept-fwmark). */
  readonly acceptMark?: { readonly value: number; readonly mask: number };
}

/**
 * `table inet cnm`: fixed sets, maps, chains and rules. Networks, endpoints and published ports are elements of the sets, so
 * the number of rules never grows.
 */
export const cnmTable = (options: SkeletonOptions = {}): NftTableSpec => ({
  family: "inet",
  name: CNM_TABLE,
  sets: SETS,
  chains: [GUARD, PREROUTING, OUTPUT, PUBLISHED, FORWARD, into(options), POSTROUTING],
});

const SETS: readonly NftSetSpec[] = [
  { name: "bridges", key: ["ifname"] },
  // Each bridge with itself: what goes in and out by the same bridge.
  { name: "pairs", key: ["ifname", "ifname"] },
  { name: "icc-off", key: ["ifname"] },
  { name: "internal", key: ["ifname"] },
  ...(["4", "6"] as const).flatMap((family): readonly NftSetSpec[] => {
    const address = family === "4" ? "ipv4_addr" : "ipv6_addr";
    return [
      // Published ports on one host address, and on any.
      { name: `published${family}`, key: [address, "inet_proto", "inet_service"], data: [address, "inet_service"] },
      { name: `published${family}-any`, key: ["inet_proto", "inet_service"], data: [address, "inet_service"] },
      // Ports of sandboxes that may be reached from outside their bridge.
      { name: `open${family}`, key: [address, "inet_proto", "inet_service"] },
      // Sandboxes that nobody may route to directly, and by which interfaces one may all the same.
      { name: `protected${family}`, key: [address] },
      { name: `direct${family}`, key: [address, "ifname"] },
      // Each sandbox's address with its bridge.
      { name: `members${family}`, key: [address, "ifname"] },
      { name: `masquerade${family}`, key: ["ifname"] },
      { name: `snat${family}`, key: ["ifname"], data: [address] },
      { name: `routed${family}`, key: ["ifname"] },
      { name: `unprotected${family}`, key: ["ifname"] },
    ];
  }),
];

/** Registers of 4 bytes: where the next field of a concatenation lies. */
const word = (at: number): number => NFT_REG32_00 + at;
const IFNAME_WORDS = 4;

const family = (of: 4 | 6): readonly Expression[] => [
  loadFamily(),
  equals(Uint8Array.of(of === 4 ? NFPROTO_IPV4 : NFPROTO_IPV6)),
];

const addressWords = (of: 4 | 6): number => (of === 4 ? 1 : 4);
const loadDestination = (of: 4 | 6, register?: number): Expression =>
  of === 4 ? loadIpv4Destination(register) : loadIpv6Destination(register);

const incoming = (set: string): readonly Expression[] => [loadIncomingName(), isIn(set)];
const outgoing = (set: string): readonly Expression[] => [loadOutgoingName(), isIn(set)];
const sameBridge: readonly Expression[] = [
  loadIncomingName(word(0)),
  loadOutgoingName(word(IFNAME_WORDS)),
  isIn("pairs", NFT_REG_1),
];

/** Destination address, protocol and port in registers, as the maps of published ports want them. */
const destinationTuple = (of: 4 | 6): readonly Expression[] => [
  loadDestination(of, word(0)),
  loadProtocol(word(addressWords(of))),
  loadDestinationPort(word(addressWords(of) + 1)),
];

const rule = (comment: string, ...expressions: readonly (Expression | readonly Expression[])[]): NftRuleSpec => ({
  comment,
  expressions: expressions.flat(),
});

const PRIORITY_MANGLE = -150;
const PRIORITY_DSTNAT = -100;
const PRIORITY_FILTER = 0;
const PRIORITY_SRCNAT = 100;

/**
 * Before addresses are translated: nobody routes to a sandbox directly, and ports published on a loopback address are not
 * reached from outside. After connection tracking, because answers have to pass.
 */
const GUARD: NftChainSpec = {
  name: "guard",
  base: { type: "filter", hook: "prerouting", priority: PRIORITY_MANGLE, policy: "accept" },
  rules: [
    rule("answers pass", establishedOrRelated, accept),
    ...([4, 6] as const).map((of) =>
      rule(
        `no direct routing to protected sandboxes, IPv${of}`,
        family(of),
        loadDestination(of),
        isIn(`protected${of}`),
        loadDestination(of, word(0)),
        loadIncomingName(word(addressWords(of))),
        isNotIn(`direct${of}`),
        drop,
      ),
    ),
    rule(
      "ports published on 127.0.0.0/8 are for this host only",
      family(4),
      loadIncomingName(),
      differs(new TextEncoder().encode("lo\0")),
      loadIpv4Destination(),
      equals(Uint8Array.of(127)),
      destinationTuple(4),
      mapped("published4"),
      drop,
    ),
  ],
};

const PREROUTING: NftChainSpec = {
  name: "prerouting",
  base: { type: "nat", hook: "prerouting", priority: PRIORITY_DSTNAT, policy: "accept" },
  rules: [rule("from elsewhere to this host", destinationIsLocal, jump("published"))],
};

const OUTPUT: NftChainSpec = {
  name: "output",
  base: { type: "nat", hook: "output", priority: PRIORITY_DSTNAT, policy: "accept" },
  rules: [rule("from this host to itself", destinationIsLocal, jump("published"))],
};

const LINK_LOCAL = Uint8Array.of(0xfe, 0x80);
const LINK_LOCAL_MASK = Uint8Array.of(0xff, 0xc0);

const PUBLISHED: NftChainSpec = {
  name: "published",
  rules: [
    rule(
      "IPv6 link-local clients could not be answered",
      family(6),
      loadIpv6Source(),
      masked(padded(LINK_LOCAL_MASK)),
      equals(padded(LINK_LOCAL)),
      goBack,
    ),
    rule(
      "the kernel never leads ::1 elsewhere: a process does",
      family(6),
      loadIpv6Destination(),
      equals(IPV6_LOOPBACK),
      goBack,
    ),
    ...([4, 6] as const).flatMap((of) => [
      rule(
        `published on this host address, IPv${of}`,
        family(of),
        destinationTuple(of),
        mapped(`published${of}`),
        translateDestination(of),
      ),
      rule(
        `published on any host address, IPv${of}`,
        family(of),
        loadProtocol(word(0)),
        loadDestinationPort(word(1)),
        mapped(`published${of}-any`),
        translateDestination(of),
      ),
    ]),
  ],
};

function padded(head: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(head);
  return bytes;
}

/** Only what comes from or goes to a bridge of ours is judged here. */
const FORWARD: NftChainSpec = {
  name: "forward",
  base: { type: "filter", hook: "forward", priority: PRIORITY_FILTER, policy: "accept" },
  rules: [
    rule("hairpin to a published port", sameBridge, destinationTranslated, accept),
    rule("no communication between sandboxes", sameBridge, loadOutgoingName(), isIn("icc-off"), drop),
    rule("within a bridge", sameBridge, accept),
    rule("into an internal network: never", outgoing("internal"), drop),
    rule("out of an internal network: never", incoming("internal"), drop),
    rule("into a network", outgoing("bridges"), jump("into")),
    rule("out of a network", incoming("bridges"), accept),
  ],
};

const into = ({ acceptMark }: SkeletonOptions): NftChainSpec => ({
  name: "into",
  rules: [
    rule("answers", establishedOrRelated, accept),
    ...(acceptMark === undefined
      ? []
      : [
          rule(
            `packets marked ${acceptMark.value}/${acceptMark.mask}`,
            loadMark(),
            matches(acceptMark.value, acceptMark.mask),
            accept,
          ),
        ]),
    ...([4, 6] as const).flatMap((of) => [
      rule(`open ports, IPv${of}`, family(of), destinationTuple(of), isIn(`open${of}`), accept),
      rule(
        `ping of routed networks, IPv${of}`,
        family(of),
        outgoing(`routed${of}`),
        loadProtocol(),
        equals(Uint8Array.of(protocolNumber(of === 4 ? "icmp" : "ipv6-icmp"))),
        accept,
      ),
      rule(`unprotected networks, IPv${of}`, family(of), outgoing(`unprotected${of}`), accept),
    ]),
    rule("everything else", drop),
  ],
});

const POSTROUTING: NftChainSpec = {
  name: "postrouting",
  base: { type: "nat", hook: "postrouting", priority: PRIORITY_SRCNAT, policy: "accept" },
  rules: [
    // By address: where bridged packets pass through here too (br_netfilter), they come in by no interface.
    ...([4, 6] as const).map((of) =>
      rule(
        `hairpin: answers have to come back through this host, IPv${of}`,
        destinationTranslated,
        family(of),
        of === 4 ? loadIpv4Source(word(0)) : loadIpv6Source(word(0)),
        loadOutgoingName(word(addressWords(of))),
        isIn(`members${of}`),
        masquerade,
      ),
    ),
    rule("within a bridge addresses stay", sameBridge, accept),
    rule(
      "this host's loopback address is nothing that a sandbox could answer",
      family(4),
      outgoing("bridges"),
      loadIpv4Source(),
      equals(Uint8Array.of(127)),
      masquerade,
    ),
    ...([4, 6] as const).flatMap((of) => [
      rule(
        `leaving from a chosen address, IPv${of}`,
        family(of),
        loadIncomingName(),
        mapped(`snat${of}`),
        translateSource(of),
      ),
      rule(`leaving from the host's address, IPv${of}`, family(of), incoming(`masquerade${of}`), masquerade),
    ]),
  ],
};
