import type { Ffi } from "../../ffi/ffi.ts";
import type { Libc } from "../../ffi/libc.ts";
import { MessageBuffers } from "./message-buffers.ts";

const EAGAIN = 11;

export interface MessageSocketEvents {
  /** A descriptor that came with the message is the receiver's. */
  message(value: unknown, fd: number | undefined): void;
  /** The other end is closed, or what it says is no message. Comes once, and not after {@link MessageSocket.close}. */
  end(): void;
}

export interface MessageSocketParts {
  readonly ffi: Ffi;
  readonly libc: Libc;
}

/** JSON documents, with a descriptor or without, over a connection that keeps messages apart (SOCK_SEQPACKET). */
export class MessageSocket {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #buffers: MessageBuffers;
  readonly #watch: Disposable;
  #open = true;

  /** The descriptor, which is its own from now on, does not block. */
  constructor({ ffi, libc }: MessageSocketParts, fd: number, events: MessageSocketEvents) {
    this.#libc = libc;
    this.#fd = fd;
    this.#buffers = new MessageBuffers(libc);
    this.#watch = ffi.watchReadable(fd, true, () => this.#receive(events));
  }

  /** False: the other end is closed, or does not read. */
  send(value: object, fd?: number): boolean {
    return this.#open && this.#buffers.send(this.#fd, Buffer.from(JSON.stringify(value)), fd) > 0;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#watch[Symbol.dispose]();
    this.#libc.close(this.#fd);
  }

  #receive(events: MessageSocketEvents): void {
    while (this.#open) {
      const { message, fds } = this.#buffers.receive(this.#fd);
      if (message === -EAGAIN) return;
      const [fd, ...further] = fds;
      for (const one of further) this.#libc.close(one);
      const value = typeof message === "number" || message.length === 0 ? undefined : parse(message);
      if (value !== undefined) {
        events.message(value, fd);
        continue;
      }
      if (fd !== undefined) this.#libc.close(fd);
      this.close();
      events.end();
    }
  }
}

function parse(message: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(message.buffer, message.byteOffset, message.length).toString());
  } catch {
    return undefined;
  }
}
