import { attributes, be32, type ValuesOf } from "../netlink/attributes.ts";
import { AF_UNSPEC } from "../netlink/constants.ts";
import { type MessageCodec, request } from "../netlink/message.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { IPCTNL_MSG_CT_GET_STATS } from "./messages.ts";

const statistics = attributes({ CTA_STATS_GLOBAL_ENTRIES: be32(1) });

const statisticsMessage: MessageCodec<ValuesOf<typeof statistics>> = {
  write(out) {
    out.u8(AF_UNSPEC);
    out.u8(0);
    out.be16(0);
  },
  read(input) {
    input.bytes(4);
    return statistics.read(input, {});
  },
};

/**
 * How many connections are tracked in the socket's namespace. The kernel knows the number; to list them it goes through the
 * table that all namespaces share, ten milliseconds of it, also when there is none.
 */
export async function countFlows(socket: Pick<NetlinkSocket, "get">): Promise<number> {
  const { CTA_STATS_GLOBAL_ENTRIES } = await socket.get(
    request(IPCTNL_MSG_CT_GET_STATS, 0, statisticsMessage, {}, "count connections"),
    statisticsMessage,
  );
  // A kernel that does not say may have any number.
  return CTA_STATS_GLOBAL_ENTRIES ?? Number.POSITIVE_INFINITY;
}
