import { attributes, i32, u32, type ValuesOf } from "../netlink/attributes.ts";
import { AF_UNSPEC } from "../netlink/constants.ts";
import { type MessageCodec, request } from "../netlink/message.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { RTM_GETNSID, RTM_NEWNSID } from "./constants.ts";

const EEXIST = 17;
const NOT_ASSIGNED = -1;

const nsidAttributes = attributes({ NETNSA_NSID: i32(1), NETNSA_FD: u32(3) });

/** struct rtgenmsg, padded, and the attributes behind it. */
export const nsidMessage: MessageCodec<ValuesOf<typeof nsidAttributes>> = {
  write(out, values) {
    out.u8(AF_UNSPEC);
    out.bytes(new Uint8Array(3));
    nsidAttributes.write(out, values);
  },
  read(input) {
    input.skip(4);
    return nsidAttributes.read(input, {});
  },
};

/**
 * What the socket's namespace calls another one: the number that comes with its notifications. One without a number is given
 * one; the kernel takes it back when that namespace ends.
 */
export async function namespaceId(socket: NetlinkSocket, fd: number): Promise<number> {
  const known = await lookUp(socket, fd);
  if (known !== NOT_ASSIGNED) return known;
  const values = { NETNSA_NSID: NOT_ASSIGNED, NETNSA_FD: fd };
  const [outcome] = await socket.execute([request(RTM_NEWNSID, 0, nsidMessage, values, "number a namespace")]);
  if (outcome !== undefined && outcome.errno !== EEXIST) throw outcome;
  return lookUp(socket, fd);
}

async function lookUp(socket: NetlinkSocket, fd: number): Promise<number> {
  const asked = request(RTM_GETNSID, 0, nsidMessage, { NETNSA_FD: fd }, "look up a namespace's number");
  return (await socket.get(asked, nsidMessage)).NETNSA_NSID ?? NOT_ASSIGNED;
}
