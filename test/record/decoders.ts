import { countFlows } from "../../packages/linux/src/conntrack/count-flows.ts";
import { dumpFlows } from "../../packages/linux/src/conntrack/flow.ts";
import { IPCTNL_MSG_CT_GET_STATS, IPCTNL_MSG_CT_NEW } from "../../packages/linux/src/conntrack/messages.ts";
import {
  addDestination,
  addService,
  dumpDestinations,
  dumpServices,
  readTimeouts,
  setTimeouts,
} from "../../packages/linux/src/ipvs/service.ts";
import { readAcknowledgement, readDone } from "../../packages/linux/src/netlink/acknowledgement.ts";
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_ERROR } from "../../packages/linux/src/netlink/constants.ts";
import { type NetlinkMessage, payloadOf, readMessages } from "../../packages/linux/src/netlink/message.ts";
import type { NetlinkSocket } from "../../packages/linux/src/netlink/socket.ts";
import {
  NFT_MSG_NEWCHAIN,
  NFT_MSG_NEWRULE,
  NFT_MSG_NEWSET,
  NFT_MSG_NEWSETELEM,
} from "../../packages/linux/src/nftables/constants.ts";
import {
  dumpChains,
  dumpElements,
  dumpForeignChains,
  dumpRules,
  dumpSets,
} from "../../packages/linux/src/nftables/dump.ts";
import type { NftSetSpec } from "../../packages/linux/src/nftables/spec.ts";
import { dumpAddresses } from "../../packages/linux/src/route/address/address.ts";
import {
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWNEIGH,
  RTM_NEWROUTE,
  RTM_NEWRULE,
} from "../../packages/linux/src/route/constants.ts";
import { dumpLinks } from "../../packages/linux/src/route/link/get-link.ts";
import { dumpFdb, dumpNeighbours } from "../../packages/linux/src/route/neighbour/neighbour.ts";
import { dumpRoutes } from "../../packages/linux/src/route/route/route.ts";
import { dumpRules as dumpPolicyRules } from "../../packages/linux/src/route/rule/rule.ts";
import { Recording } from "./recording.ts";
import { ReplaySocket } from "./replay-socket.ts";

/** Something that makes values of the kernel's bytes, and bytes that the kernel really sent it. */
export interface Decoder {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  /** Throws DecodeError, and nothing else, whatever the bytes. */
  decode(bytes: Uint8Array): unknown;
}

/** Every decoder of netlink bytes, each with all that is made of what it reads. */
export function netlinkDecoders(): readonly Decoder[] {
  const link = new Recording("link");
  const address = new Recording("address");
  const route = new Recording("route");
  const rule = new Recording("rule");
  const neighbour = new Recording("neighbour");
  const table = new Recording("nft-table");
  const rules = new Recording("nft-rule");
  const services = new Recording("nft-service");
  const flows = new Recording("conntrack");
  const everything = [link, address, route, rule, neighbour, table, rules, services, flows];

  return [
    dump("links", link, RTM_NEWLINK, (socket) => dumpLinks(socket)),
    dump("addresses", address, RTM_NEWADDR, dumpAddresses),
    dump("routes", route, RTM_NEWROUTE, async (socket) => [await dumpRoutes(socket, 4), await dumpRoutes(socket, 6)]),
    dump("rules", rule, RTM_NEWRULE, (socket) => dumpPolicyRules(socket, 4)),
    dump("neighbours", neighbour, RTM_NEWNEIGH, dumpNeighbours),
    dump("FDB entries", neighbour, RTM_NEWNEIGH, dumpFdb),
    dump("nft chains", table, NFT_MSG_NEWCHAIN, async (socket) => [
      await dumpChains(socket, "t"),
      await dumpForeignChains(socket),
    ]),
    dump("nft sets", table, NFT_MSG_NEWSET, (socket) => dumpSets(socket, "t")),
    dump("nft rules", rules, NFT_MSG_NEWRULE, (socket) => dumpRules(socket, "t")),
    ...SETS.map((set) =>
      dump(`nft elements of ${set.name}`, table, NFT_MSG_NEWSETELEM, (socket) => dumpElements(socket, "t", set)),
    ),
    ...SERVICE_SETS.map((set) =>
      dump(`nft elements of ${set.name}`, services, NFT_MSG_NEWSETELEM, (socket) => dumpElements(socket, "t", set)),
    ),
    dump("nft rules of services", services, NFT_MSG_NEWRULE, (socket) => dumpRules(socket, "t")),
    ...ipvsDecoders(),
    dump("flows", flows, IPCTNL_MSG_CT_NEW, (socket) => dumpFlows(socket)),
    dump("the number of flows", flows, IPCTNL_MSG_CT_GET_STATS, countFlows),
    {
      name: "acknowledgements",
      seeds: everything.flatMap((recording) => seedsOf(recording, NLMSG_ERROR)),
      decode: (bytes) => ENDINGS.map((flags) => readAcknowledgement(ending(NLMSG_ERROR, flags, bytes))),
    },
    {
      name: "ends of dumps",
      seeds: everything.flatMap((recording) => seedsOf(recording, NLMSG_DONE)),
      decode: (bytes) => ENDINGS.map((flags) => readDone(ending(NLMSG_DONE, flags, bytes))),
    },
    {
      name: "datagrams",
      seeds: everything.flatMap(({ commands }) =>
        commands.flatMap(({ received }) => received.slice(0, 2).map((hex) => Uint8Array.from(Buffer.from(hex, "hex")))),
      ),
      decode: (bytes) => [...readMessages(bytes)],
    },
  ];
}

const SETS: readonly NftSetSpec[] = [
  { name: "bridges", key: ["ifname"] },
  { name: "marks", key: ["mark"] },
  { name: "published4", key: ["ipv4_addr", "inet_proto", "inet_service"], data: ["ipv4_addr", "inet_service"] },
  { name: "published6", key: ["inet_proto", "inet_service"], data: ["ipv6_addr", "inet_service"] },
  { name: "verdicts", key: ["ifname"], data: "verdict" },
];

const SERVICE_SETS: readonly NftSetSpec[] = [
  { name: "services4", key: ["ipv4_addr", "inet_proto", "inet_service"], data: "verdict" },
  {
    name: "tasks6",
    key: ["ipv6_addr", "inet_proto", "inet_service", "mark"],
    data: ["ipv6_addr", "inet_service"],
  },
];

/** No IPVS is recorded: the kernel's answers have the attributes that it is asked with, so those are tampered with. */
function ipvsDecoders(): readonly Decoder[] {
  const family = 28;
  const ports = [
    { address: "10.7.0.3", protocol: "tcp", port: 8080, scheduler: "rr", persistence: 0 },
    { address: "fd07::3", protocol: "udp", port: 53, scheduler: "mh", persistence: 600 },
  ] as const;
  const [first] = ports;
  const destination = { address: "10.7.0.4", port: 80, weight: 3 };
  return [
    {
      name: "IPVS services",
      seeds: ports.map((service) => payloadOf(addService(family, service))),
      decode: (bytes) => dumpServices(new ReplaySocket([bytes]), family),
    },
    {
      name: "IPVS destinations",
      seeds: [
        payloadOf(addDestination(family, first, destination)),
        payloadOf(addDestination(family, ports[1], { ...destination, address: "fd07::4" })),
      ],
      decode: async (bytes) => [
        await dumpDestinations(new ReplaySocket([bytes]), family, first),
        await dumpDestinations(new ReplaySocket([bytes]), family, ports[1]),
      ],
    },
    {
      name: "IPVS timeouts",
      seeds: [payloadOf(setTimeouts(family, { tcp: 7_200, tcpFin: 120, udp: 180 }))],
      decode: (bytes) => readTimeouts(new ReplaySocket([bytes]), family),
    },
  ];
}

const ENDINGS = [0, NLM_F_ACK_TLVS, NLM_F_ACK_TLVS | NLM_F_CAPPED];

const ending = (type: number, flags: number, payload: Uint8Array): NetlinkMessage => ({
  type,
  flags,
  sequence: 1,
  portId: 0,
  payload,
});

const dump = (
  name: string,
  recording: Recording,
  type: number,
  read: (socket: NetlinkSocket) => Promise<unknown>,
): Decoder => ({
  name,
  seeds: seedsOf(recording, type),
  decode: (bytes) => read(new ReplaySocket([bytes])),
});

function seedsOf(recording: Recording, type: number): readonly Uint8Array[] {
  const payloads = recording.allReceived.filter((message) => message.type === type).map(({ payload }) => payload);
  const distinct = new Map(payloads.map((payload) => [Buffer.from(payload).toString("hex"), payload]));
  return [...distinct.values()];
}
