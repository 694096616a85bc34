import { dumpFlows } from "../../packages/linux/src/conntrack/flow.ts";
import { IPCTNL_MSG_CT_NEW } from "../../packages/linux/src/conntrack/messages.ts";
import { readAcknowledgement, readDone } from "../../packages/linux/src/netlink/acknowledgement.ts";
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_ERROR } from "../../packages/linux/src/netlink/constants.ts";
import { type NetlinkMessage, readMessages } from "../../packages/linux/src/netlink/message.ts";
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
  const flows = new Recording("conntrack");
  const everything = [link, address, route, rule, neighbour, table, rules, flows];

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
    dump("flows", flows, IPCTNL_MSG_CT_NEW, (socket) => dumpFlows(socket)),
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
