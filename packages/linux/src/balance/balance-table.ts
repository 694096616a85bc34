import { IPV6_LOOPBACK, NFPROTO_IPV4, NFPROTO_IPV6, NFT_REG32_00 } from "../nftables/constants.ts";
import { equals } from "../nftables/expressions/cmp.ts";
import { establishedOrRelated } from "../nftables/expressions/ct.ts";
import type { Expression } from "../nftables/expressions/expression.ts";
import { destinationIsLocal } from "../nftables/expressions/fib.ts";
import { isIn, verdictFrom } from "../nftables/expressions/lookup.ts";
import { loadFamily, loadProtocol } from "../nftables/expressions/meta.ts";
import { loadDestinationPort, loadIpv4Destination, loadIpv6Destination } from "../nftables/expressions/payload.ts";
import { rejectWithIcmp, rejectWithReset } from "../nftables/expressions/reject.ts";
import { accept } from "../nftables/expressions/verdict.ts";
import { protocolNumber } from "../nftables/fields.ts";
import type { NftChainSpec, NftRuleSpec, NftSetSpec, NftTableSpec } from "../nftables/spec.ts";

export const SERVICES_TABLE = "cnm-services";

/**
 * `table inet cnm-services`: which chain balances a virtual port, and which task each slot of it stands for. There is one in
 * every sandbox that has services to talk to, and one on a host that publishes some; each virtual port has a chain beside
 * these, so that a change of one touches nothing of the others.
 */
export const servicesTable = (place: "sandbox" | "host"): NftTableSpec => ({
  family: "inet",
  name: SERVICES_TABLE,
  sets: ([4, 6] as const).flatMap((family): readonly NftSetSpec[] => {
    const address = family === 4 ? "ipv4_addr" : "ipv6_addr";
    return [
      { name: servicesMap(family), key: [address, "inet_proto", "inet_service"], data: "verdict" },
      // Virtual ports without any task.
      { name: refusedSet(family), key: [address, "inet_proto", "inet_service"] },
      { name: anyAddress(refusedSet(family)), key: ["inet_proto", "inet_service"] },
      { name: anyAddress(servicesMap(family)), key: ["inet_proto", "inet_service"], data: "verdict" },
      {
        name: tasksMap(family),
        key: [address, "inet_proto", "inet_service", "mark"],
        data: [address, "inet_service"],
      },
    ];
  }),
  chains:
    place === "sandbox"
      ? [entry("output", []), refuse("output")]
      : [entry("prerouting", destinationIsLocal), entry("output", destinationIsLocal), refuse("input")],
});

export const servicesMap = (family: 4 | 6): string => `services${family}`;
/** Of the host: the same for ports that are published on any of its addresses. */
export const anyAddress = (set: string): string => `${set}-any`;
export const refusedSet = (family: 4 | 6): string => `refused${family}`;
export const tasksMap = (family: 4 | 6): string => `tasks${family}`;

/** Registers of 4 bytes: where the next field of a concatenation lies. */
export const word = (at: number): number => NFT_REG32_00 + at;

export const addressWords = (family: 4 | 6): number => (family === 4 ? 1 : 4);

const ofFamily = (family: 4 | 6): readonly Expression[] => [
  loadFamily(),
  equals(Uint8Array.of(family === 4 ? NFPROTO_IPV4 : NFPROTO_IPV6)),
];

/** Destination address, protocol and port in registers, one behind the other. */
const loadVirtualPort = (family: 4 | 6): readonly Expression[] => [
  family === 4 ? loadIpv4Destination(word(0)) : loadIpv6Destination(word(0)),
  loadProtocol(word(addressWords(family))),
  loadDestinationPort(word(addressWords(family) + 1)),
];

/** Just before published ports of single sandboxes, which the host's own table leads on. */
const BEFORE_DSTNAT = -101;

const entry = (hook: "prerouting" | "output", condition: readonly Expression[]): NftChainSpec => ({
  name: hook,
  base: { type: "nat", hook, priority: BEFORE_DSTNAT, policy: "accept" },
  rules: ([4, 6] as const).flatMap((family) => [
    ...(family === 6 && condition.length > 0 ? [LOOPBACK] : []),
    {
      comment: `virtual ports, IPv${family}`,
      expressions: [...ofFamily(family), ...condition, ...loadVirtualPort(family), verdictFrom(servicesMap(family))],
    },
    {
      comment: `virtual ports of any address, IPv${family}`,
      expressions: [
        ...ofFamily(family),
        ...condition,
        loadProtocol(word(0)),
        loadDestinationPort(word(1)),
        verdictFrom(anyAddress(servicesMap(family))),
      ],
    },
  ]),
});

const LOOPBACK: NftRuleSpec = {
  comment: "the kernel never leads ::1 elsewhere: a process does",
  expressions: [...ofFamily(6), loadIpv6Destination(), equals(IPV6_LOOPBACK), accept],
};

/**
 * Nobody answers for an address that no interface has: without this a client would wait for its neighbour in vain. It takes
 * a chain that filters, since one that translates addresses sends no answers. The host's ports are held, and would be silent.
 */
const refuse = (hook: "output" | "input"): NftChainSpec => ({
  name: "refuse",
  base: { type: "filter", hook, priority: 0, policy: "accept" },
  rules: [BEGUN, ...REFUSALS],
});

/**
 * A rule that asks connection tracking also keeps it awake: translations alone would end with the last chain that makes some,
 * and cut off whoever still talks to a task that drains.
 */
const BEGUN: NftRuleSpec = { comment: "what has begun goes on", expressions: [...establishedOrRelated, accept] };

const REFUSALS: readonly NftRuleSpec[] = ([4, 6] as const).flatMap((family) => {
  const one = [...ofFamily(family), ...loadVirtualPort(family), isIn(refusedSet(family))];
  const any = [
    ...ofFamily(family),
    loadProtocol(word(0)),
    loadDestinationPort(word(1)),
    isIn(anyAddress(refusedSet(family))),
  ];
  return [one, any].flatMap((refused) => [
    {
      comment: `no task, TCP over IPv${family}`,
      expressions: [...refused, loadProtocol(), equals(Uint8Array.of(protocolNumber("tcp"))), rejectWithReset],
    },
    { comment: `no task, IPv${family}`, expressions: [...refused, rejectWithIcmp] },
  ]);
});
