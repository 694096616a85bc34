import { attributes, cstring, u16 } from "./attributes.ts";
import { type MessageCodec, request } from "./message.ts";
import { NetlinkError } from "./netlink-error.ts";
import type { NetlinkSocket } from "./socket.ts";

/** linux/genetlink.h */
const GENL_ID_CTRL = 16;
const CTRL_CMD_GETFAMILY = 3;
const VERSION = 1;

const family = attributes({ CTRL_ATTR_FAMILY_ID: u16(1), CTRL_ATTR_FAMILY_NAME: cstring(2) });

/** struct genlmsghdr, and the attributes behind it. */
export const familyMessage: MessageCodec<{
  readonly CTRL_ATTR_FAMILY_ID?: number | undefined;
  readonly CTRL_ATTR_FAMILY_NAME?: string | undefined;
}> = {
  write(out, values) {
    out.u8(CTRL_CMD_GETFAMILY);
    out.u8(VERSION);
    out.u16(0);
    family.write(out, values);
  },
  read(input) {
    input.skip(4);
    return family.read(input, {});
  },
};

/** The number of a generic netlink family; undefined where the kernel has none of that name. */
export async function genericFamily(socket: NetlinkSocket, name: string): Promise<number | undefined> {
  const values = { CTRL_ATTR_FAMILY_NAME: name };
  try {
    const asked = request(GENL_ID_CTRL, 0, familyMessage, values, `look up the netlink family ${name}`);
    return (await socket.get(asked, familyMessage)).CTRL_ATTR_FAMILY_ID;
  } catch (error) {
    if (error instanceof NetlinkError && error.code === "ENOENT") return undefined;
    throw error;
  }
}
