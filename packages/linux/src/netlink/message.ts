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
  readonly payload: Uint8Array;
  /** For errors: "create veth veth3f2a901". */
  readonly what: string;
  /** No acknowledgement is asked for (the brackets around an nf_tables batch); an error is noted all the same. */
  readonly silent?: boolean;
  /** This and all requests sent with it are one transaction: never split. */
  readonly whole?: boolean;
}

export function request<T>(type: number, flags: number, codec: MessageCodec<T>, value: T, what: string): Request {
  const out = new ByteWriter();
  codec.write(out, value);
  return { type, flags, payload: out.finish(), what };
}

export function writeMessage(out: ByteWriter, message: Omit<NetlinkMessage, "portId">): void {
  out.u32(NLMSG_HEADER + message.payload.length);
  out.u16(message.type);
  out.u16(message.flags);
  out.u32(message.sequence);
  out.u32(0);
  out.bytes(message.payload);
  out.align(4);
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
