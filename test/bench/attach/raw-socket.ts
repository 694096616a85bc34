import type { Libc, Namespace } from "@cnm/linux";
import { ByteWriter } from "../../../packages/linux/src/netlink/byte-writer.ts";
import { type Request, writeMessage } from "../../../packages/linux/src/netlink/message.ts";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const NLMSG_ERROR = 2;

/** Requests as bytes, ready to be sent, and how many acknowledgements they bring. */
export interface Prepared {
  readonly bytes: Uint8Array;
  readonly answers: number;
}

export function prepare(requests: readonly Request[]): Prepared {
  const out = new ByteWriter(4096);
  for (const [at, request] of requests.entries()) {
    const ack = request.silent === true ? 0 : NLM_F_ACK;
    writeMessage(out, request, request.flags | NLM_F_REQUEST | ack, at + 1);
  }
  return { bytes: out.finish(), answers: requests.filter(({ silent }) => silent !== true).length };
}

/** A netlink socket with nothing around it: bytes out, acknowledgements counted in, on the thread that calls. */
export class RawSocket {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #buffer = new Uint8Array(1 << 16);

  constructor(libc: Libc, namespace: Namespace, protocol: number) {
    this.#libc = libc;
    this.#fd = namespace.enter(() => libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
    if (this.#fd < 0) throw new Error(`no netlink socket: error ${-this.#fd}`);
  }

  exchange({ bytes, answers }: Prepared): void {
    const sent = this.#libc.send(this.#fd, bytes, bytes.length, 0);
    if (sent < 0) throw new Error(`send: error ${-sent}`);
    for (let left = answers; left > 0; ) {
      const length = this.#libc.recv(this.#fd, this.#buffer, this.#buffer.length, 0);
      if (length < 0) throw new Error(`recv: error ${-length}`);
      const view = new DataView(this.#buffer.buffer, 0, length);
      for (let at = 0; at + 20 <= length; at += (view.getUint32(at, true) + 3) & ~3, left--) {
        if (view.getUint16(at + 4, true) !== NLMSG_ERROR) throw new Error("an answer that is no acknowledgement");
        const error = view.getInt32(at + 16, true);
        if (error !== 0) throw new Error(`the kernel refuses request ${view.getUint32(at + 8, true)}: error ${-error}`);
      }
    }
  }

  close(): void {
    this.#libc.close(this.#fd);
  }
}
