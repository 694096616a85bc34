import { attributes, cstring, u32 } from "./attributes.ts";
import { ByteReader } from "./byte-reader.ts";
import { NLM_F_ACK_TLVS, NLM_F_CAPPED } from "./constants.ts";
import { type NetlinkMessage, NLMSG_HEADER } from "./message.ts";

/** The NLMSG_ERROR (or NLMSG_DONE) that ends a request. `errno` 0 = done. */
export interface Acknowledgement {
  readonly errno: number;
  readonly kernelMessage?: string;
  readonly offset?: number;
}

const details = attributes({ NLMSGERR_ATTR_MSG: cstring(1), NLMSGERR_ATTR_OFFS: u32(2) });

export function readAcknowledgement(message: NetlinkMessage): Acknowledgement {
  const input = new ByteReader(message.payload);
  const errno = readErrno(input);
  if (errno === 0 || (message.flags & NLM_F_ACK_TLVS) === 0) return { errno };
  const asked = input.left >= NLMSG_HEADER ? input.u32() : 0;
  input.skip(NLMSG_HEADER - 4);
  // The length comes with the message, and may lie: there is no way back.
  if ((message.flags & NLM_F_CAPPED) === 0) input.skip(Math.max(0, padded(asked) - NLMSG_HEADER));
  return { errno, ...namedDetails(input) };
}

/** NLMSG_DONE: an errno, and attributes right behind it. */
export function readDone(message: NetlinkMessage): Acknowledgement {
  const input = new ByteReader(message.payload);
  if (input.left < 4) return { errno: 0 };
  const errno = readErrno(input);
  if (errno === 0 || (message.flags & NLM_F_ACK_TLVS) === 0) return { errno };
  return { errno, ...namedDetails(input) };
}

function namedDetails(input: ByteReader): Omit<Acknowledgement, "errno"> {
  const { NLMSGERR_ATTR_MSG: kernelMessage, NLMSGERR_ATTR_OFFS: offset } = details.read(input, {});
  return {
    ...(kernelMessage === undefined ? {} : { kernelMessage }),
    ...(offset === undefined ? {} : { offset }),
  };
}

/** The kernel's numbers are negative, and 0 is not to become -0. */
const readErrno = (input: ByteReader): number => 0 - input.i32();

/** Without bit operations, which would make a large length negative. */
const padded = (length: number): number => Math.ceil(length / 4) * 4;
