import type { Protocol } from "@cnm/core";
import { NLM_F_DUMP } from "../netlink/constants.ts";
import { type Request, request } from "../netlink/message.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { protocolNumber } from "../nftables/fields.ts";
import {
  type FlowMessage,
  familyNumber,
  flowMessage,
  IPCTNL_MSG_CT_DELETE,
  IPCTNL_MSG_CT_GET,
  type TupleValues,
} from "./messages.ts";

/** One tracked connection: how it was asked for, and how its answers come. */
export interface Flow {
  readonly family: 4 | 6;
  /** IPPROTO_* */
  readonly protocol: number;
  readonly original: FlowTuple;
  readonly reply: FlowTuple;
  readonly id: number;
  /** TCP_CONNTRACK_*, linux/netfilter/nf_conntrack_tcp.h; absent for other protocols. */
  readonly tcpState?: number;
  readonly message: FlowMessage;
}

export interface FlowTuple {
  readonly source: string;
  readonly destination: string;
  /** 0 for protocols without ports. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** What flows have to be like; absent fields do not matter. */
export interface FlowFilter {
  readonly family: 4 | 6;
  readonly protocol: Protocol;
  readonly originalDestination?: string;
  readonly originalDestinationPort?: number;
  readonly replySource?: string;
  readonly replySourcePort?: number;
}

/** CTA_FILTER_F_*: which parts of a tuple the kernel compares. */
const F_IP_SRC = 1 << 0;
const F_IP_DST = 1 << 1;
const F_PROTO_NUM = 1 << 3;
const F_PROTO_SRC_PORT = 1 << 4;
const F_PROTO_DST_PORT = 1 << 5;

/**
 * Deletes every flow that fits, in the kernel, without listing them. EINVAL from kernels that cannot. IPv4 only: of IPv6, it
 * would delete those that are to stay, see {@link kernelFilter}.
 */
export function deleteFlows(filter: FlowFilter): Request {
  const what = `forget ${filter.protocol} connections to port ${filter.originalDestinationPort ?? filter.replySourcePort}`;
  return request(IPCTNL_MSG_CT_DELETE, 0, flowMessage, filtered(filter), what);
}

/**
 * Deletes one flow. ENOENT when it has ended meanwhile. It is named by how its answers come: whoever takes its port again may
 * be led elsewhere, and the kernel gives that flow the same id where it lies in the same place (seen with 6.18).
 */
export function deleteFlow({ message }: Flow): Request {
  const { CTA_TUPLE_REPLY, CTA_ID, CTA_ZONE } = message.attributes;
  const attributes = {
    ...(CTA_TUPLE_REPLY === undefined ? {} : { CTA_TUPLE_REPLY }),
    ...(CTA_ID === undefined ? {} : { CTA_ID }),
    ...(CTA_ZONE === undefined ? {} : { CTA_ZONE }),
  };
  return request(IPCTNL_MSG_CT_DELETE, 0, flowMessage, { family: message.family, attributes }, "forget a connection");
}

/** Flows of both families, or those that fit a filter. */
export async function dumpFlows(socket: NetlinkSocket, filter?: FlowFilter): Promise<readonly Flow[]> {
  const message = filter === undefined ? { family: 0, attributes: {} } : filtered(kernelFilter(filter));
  const found = await socket.dump(
    request(IPCTNL_MSG_CT_GET, NLM_F_DUMP, flowMessage, message, "list connections"),
    flowMessage,
  );
  const flows = found.map(flowOf);
  return filter === undefined ? flows : flows.filter((flow) => fits(flow, filter));
}

/** Of what the kernel leaves in: it knows no IPv6 addresses here, and before Linux 5.8 nothing but the family. */
function fits({ family, protocol, original, reply }: Flow, filter: FlowFilter): boolean {
  const agrees = <T>(wanted: T | undefined, found: T): boolean => wanted === undefined || wanted === found;
  return (
    family === filter.family &&
    protocol === protocolNumber(filter.protocol) &&
    agrees(filter.originalDestination, original.destination) &&
    agrees(filter.originalDestinationPort, original.destinationPort) &&
    agrees(filter.replySource, reply.source) &&
    agrees(filter.replySourcePort, reply.sourcePort)
  );
}

/**
 * The part of a filter that a kernel can be told. IPv6 addresses are left to us: kernels compare them the wrong way round
 * (ctnetlink_filter_match_tuple takes "differs" for "fits"; seen with 6.18).
 */
function kernelFilter(filter: FlowFilter): FlowFilter {
  const { originalDestination: _, replySource: __, ...ports } = filter;
  return filter.family === 4 ? filter : ports;
}

function filtered(filter: FlowFilter): FlowMessage {
  const { family, protocol, originalDestination, originalDestinationPort, replySource, replySourcePort } = filter;
  const number = protocolNumber(protocol);
  return {
    family: familyNumber(family),
    attributes: {
      CTA_TUPLE_ORIG: tupleOf(family, number, {
        destination: originalDestination,
        destinationPort: originalDestinationPort,
      }),
      CTA_TUPLE_REPLY: tupleOf(family, number, { source: replySource, sourcePort: replySourcePort }),
      CTA_FILTER: {
        CTA_FILTER_ORIG_FLAGS:
          F_PROTO_NUM |
          (originalDestination === undefined ? 0 : F_IP_DST) |
          (originalDestinationPort === undefined ? 0 : F_PROTO_DST_PORT),
        CTA_FILTER_REPLY_FLAGS:
          F_PROTO_NUM |
          (replySource === undefined ? 0 : F_IP_SRC) |
          (replySourcePort === undefined ? 0 : F_PROTO_SRC_PORT),
      },
    },
  };
}

interface TupleParts {
  readonly source?: string | undefined;
  readonly destination?: string | undefined;
  readonly sourcePort?: number | undefined;
  readonly destinationPort?: number | undefined;
}

function tupleOf(family: 4 | 6, protocol: number, parts: TupleParts): TupleValues {
  const { source, destination, sourcePort, destinationPort } = parts;
  const from = family === 4 ? "CTA_IP_V4_SRC" : "CTA_IP_V6_SRC";
  const to = family === 4 ? "CTA_IP_V4_DST" : "CTA_IP_V6_DST";
  return {
    CTA_TUPLE_IP: {
      ...(source === undefined ? {} : { [from]: source }),
      ...(destination === undefined ? {} : { [to]: destination }),
    },
    CTA_TUPLE_PROTO: {
      CTA_PROTO_NUM: protocol,
      ...(sourcePort === undefined ? {} : { CTA_PROTO_SRC_PORT: sourcePort }),
      ...(destinationPort === undefined ? {} : { CTA_PROTO_DST_PORT: destinationPort }),
    },
  };
}

function flowOf(message: FlowMessage): Flow {
  const { CTA_TUPLE_ORIG, CTA_TUPLE_REPLY, CTA_ID, CTA_PROTOINFO } = message.attributes;
  const tcpState = CTA_PROTOINFO?.CTA_PROTOINFO_TCP?.CTA_PROTOINFO_TCP_STATE;
  return {
    family: message.family === familyNumber(4) ? 4 : 6,
    protocol: CTA_TUPLE_ORIG?.CTA_TUPLE_PROTO?.CTA_PROTO_NUM ?? 0,
    original: readTuple(CTA_TUPLE_ORIG),
    reply: readTuple(CTA_TUPLE_REPLY),
    id: CTA_ID ?? 0,
    ...(tcpState === undefined ? {} : { tcpState }),
    message,
  };
}

function readTuple(values: TupleValues | undefined): FlowTuple {
  const address = values?.CTA_TUPLE_IP;
  const protocol = values?.CTA_TUPLE_PROTO;
  return {
    source: address?.CTA_IP_V4_SRC ?? address?.CTA_IP_V6_SRC ?? "",
    destination: address?.CTA_IP_V4_DST ?? address?.CTA_IP_V6_DST ?? "",
    sourcePort: protocol?.CTA_PROTO_SRC_PORT ?? 0,
    destinationPort: protocol?.CTA_PROTO_DST_PORT ?? 0,
  };
}
