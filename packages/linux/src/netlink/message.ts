import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { DecodeError } from "./decode-error.ts";

export const NLMSG_HEADER = 16;

/** One netlink message: header fields, and the payload still as bytes. */
export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly portId: number;
  readonly payload: Uint8Array;
}

/** How one family encodes and decodes what follows the netlink header. */
export interface MessageCodec<T> {
  write(out: ByteWriter, value: T): void;
  /** Throws DecodeError, and nothing else, whatever the bytes. */
  read(input: ByteReader): T;
}

/** A request before it has a sequence number. */
export interface Request {
  readonly type: number;
  /** NLM_F_*; NLM_F_REQUEST and NLM_F_ACK are set by the socket. */
  readonly flags: number;
  /** Writes what follows the netlink header: requests that are sent together are written into one buffer. */
  write(out: ByteWriter): void;
  /** For errors: "create veth veth3f2a901". */
  readonly what: string;
  /** No acknowledgement is asked for (the brackets around an nf_tables batch); an error is noted all the same. */
  readonly silent?: boolean;
  /** Of the first one: all requests sent with it are one transaction, never split. */
  readonly whole?: boolean;
  /** The kernel waits for others before it answers: not on this thread. */
  readonly slow?: boolean;
}

export function request<T>(type: number, flags: number, codec: MessageCodec<T>, value: T, what: string): Request {
  return { type, flags, what, write: (out) => codec.write(out, value) };
}

/** A request from its header on, with flags and sequence number that are given by whoever sends it. */
export function writeMessage(
  out: ByteWriter,
  request: Pick<Request, "type" | "write">,
  flags: number,
  sequence: number,
): void {
  const start = out.length;
  out.u32(0);
  out.u16(request.type);
  out.u16(flags);
  out.u32(sequence);
  out.u32(0);
  request.write(out);
  out.patchU32(start, out.length - start);
  out.align(4);
}

/** What follows the netlink header of a request. */
export function payloadOf(request: Pick<Request, "write">): Uint8Array {
  const out = new ByteWriter();
  request.write(out);
  return out.finish();
}

/** Splits a datagram. Throws DecodeError when a length lies. */
export function readMessages(datagram: Uint8Array): readonly NetlinkMessage[] {
  const messages: NetlinkMessage[] = [];
  const input = new ByteReader(datagram);
  while (input.left >= NLMSG_HEADER) {
    const length = input.u32();
    const type = input.u16();
    const flags = input.u16();
    const sequence = input.u32();
    const portId = input.u32();
    if (length < NLMSG_HEADER)
      throw new DecodeError(`message of type ${type}: length ${length} is less than its header`);
    const payload = input.bytes(length - NLMSG_HEADER);
    input.skip((4 - (length % 4)) % 4);
    messages.push({ type, flags, sequence, portId, payload });
  }
  return messages;
}
