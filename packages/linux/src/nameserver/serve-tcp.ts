import { Socket } from "node:net";
import { CnmError, type NameServer } from "@cnm/core";
import { type ConversationOptions, tcpConversation } from "@cnm/core/nameserver";
import type { Ffi } from "../ffi/ffi.ts";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";
import { SOCK_CLOEXEC, SOCK_NONBLOCK } from "../sockets/constants.ts";

/** Further ones are closed at once. */
const CONNECTIONS = 64;
/** So many a turn of the event loop. */
const PER_TURN = 16;
const EAGAIN = 11;
/** The client has changed its mind. */
const ECONNABORTED = 103;
/** When no connection can be accepted, in milliseconds: until there are descriptors again, say. */
const REST = 500;

export interface TcpParts {
  readonly ffi: Ffi;
  readonly libc: Libc;
}

/**
 * Accepts on the descriptor, which is its own from now on. A server of Node's takes several times as much memory, for each
 * sandbox and whether or not it is ever asked.
 */
export function serveTcp(parts: TcpParts, fd: number, options: ConversationOptions): NameServer {
  return new TcpServer(parts, fd, options);
}

class TcpServer implements NameServer {
  readonly #parts: TcpParts;
  readonly #fd: number;
  readonly #options: ConversationOptions;
  /** Undefined: it rests, or is closed. */
  #watch: Disposable | undefined;
  #resting: NodeJS.Timeout | undefined;
  /** Made with the first connection: most sandboxes never have one. */
  #open: Set<Socket> | undefined;
  #closed = false;

  constructor(parts: TcpParts, fd: number, options: ConversationOptions) {
    this.#parts = parts;
    this.#fd = fd;
    this.#options = options;
    this.#listen();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#resting);
    this.#watch?.[Symbol.dispose]();
    this.#parts.libc.close(this.#fd);
    const ends = [...(this.#open ?? [])].map(
      (socket) => new Promise<void>((done) => socket.once("close", () => done())),
    );
    for (const socket of this.#open ?? []) socket.destroy();
    await Promise.all(ends);
  }

  #listen(): void {
    this.#watch = this.#parts.ffi.watchReadable(this.#fd, true, () => this.#acceptSome());
  }

  #acceptSome(): void {
    for (let accepted = 0; accepted < PER_TURN && !this.#closed; accepted++) {
      const fd = this.#parts.libc.accept4(this.#fd, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd === -EAGAIN) return;
      if (fd >= 0) this.#converse(fd);
      else if (fd !== -ECONNABORTED) {
        this.#rest(fd);
        return;
      }
    }
  }

  #converse(fd: number): void {
    this.#open ??= new Set();
    if (this.#open.size >= CONNECTIONS) {
      this.#parts.libc.close(fd);
      return;
    }
    const socket = new Socket({ fd, allowHalfOpen: true }).setNoDelay(true);
    this.#open.add(socket);
    socket.once("close", () => this.#open?.delete(socket));
    tcpConversation(socket, this.#options);
  }

  /** What cannot be accepted stays readable, and would be told of in every turn. */
  #rest(error: number): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
    this.#resting = setTimeout(() => this.#listen(), REST);
    this.#options.failed(new CnmError("internal", "name-server", `accept: ${errnoName(-error)}`));
  }
}
