import { CnmError } from "@cnm/core";
import type { Ffi } from "../ffi/ffi.ts";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";

/** sys/epoll.h */
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLLIN = 1;
/** struct epoll_event: its two parts follow each other without a gap on x86-64 only. */
const EVENT = process.arch === "x64" ? { size: 12, data: 4 } : { size: 16, data: 8 };
/** Told of in one turn of the event loop. */
const MOST = 64;

interface Watched {
  readonly onReadable: () => void;
  /** Where it is watched by itself. */
  readonly alone: Disposable | undefined;
}

interface Watching {
  readonly fd: number;
  readonly watch: Disposable;
}

/**
 * Sockets that live shortly, watched by one descriptor of epoll that the event loop watches: telling the loop of each of them
 * would take longer than what they are for. There is one while there are sockets. Where the FFI cannot do that, each is watched
 * by itself.
 */
export class ReadableSockets {
  readonly #ffi: Ffi;
  readonly #libc: Libc;
  readonly #watched = new Map<number, Watched>();
  // Larger than 64 bytes, so that they are never moved while the kernel writes into them.
  readonly #events = Buffer.allocUnsafeSlow(MOST * EVENT.size);
  readonly #event = Buffer.allocUnsafeSlow(128).fill(0);
  #epoll: Watching | undefined;

  constructor(ffi: Ffi, libc: Libc) {
    this.#ffi = ffi;
    this.#libc = libc;
  }

  /**
   * Calls back when there is something to read, or an error; maybe for nothing. It has to read all that there is. The socket
   * is to be closed by {@link close}; no copy of its descriptor may be open then.
   * @throws CnmError `internal` "epoll"
   */
  add(fd: number, onReadable: () => void): void {
    if (this.#ffi.watchesEpoll) {
      this.#addToEpoll(fd);
      this.#watched.set(fd, { onReadable, alone: undefined });
      return;
    }
    const watched = { onReadable, alone: this.#ffi.watchReadable(fd, true, onReadable) };
    this.#watched.set(fd, watched);
    // There is no signal for what has come before.
    setImmediate(() => this.#watched.get(fd) === watched && onReadable());
  }

  /** Closes the socket, and calls back no more. The kernel forgets what is closed. */
  close(fd: number): void {
    const watched = this.#watched.get(fd);
    this.#watched.delete(fd);
    watched?.alone?.[Symbol.dispose]();
    this.#libc.close(fd);
    this.#closeIfIdle();
  }

  #addToEpoll(fd: number): void {
    const epoll = this.#epoll ?? this.#open();
    this.#event.writeUInt32LE(EPOLLIN, 0);
    this.#event.writeInt32LE(fd, EVENT.data);
    const result = this.#libc.epoll_ctl(epoll.fd, EPOLL_CTL_ADD, fd, this.#event);
    if (result >= 0) return;
    this.#closeIfIdle();
    throw failed(result);
  }

  #open(): Watching {
    const fd = this.#libc.epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0) throw failed(fd);
    this.#epoll = { fd, watch: this.#ffi.watchReadable(fd, true, () => this.#tell()) };
    return this.#epoll;
  }

  #closeIfIdle(): void {
    if (this.#watched.size > 0) return;
    this.#epoll?.watch[Symbol.dispose]();
    if (this.#epoll !== undefined) this.#libc.close(this.#epoll.fd);
    this.#epoll = undefined;
  }

  #tell(): void {
    if (this.#epoll === undefined) return;
    const count = this.#libc.epoll_wait(this.#epoll.fd, this.#events, MOST, 0);
    // Who is told may take away others: those are not in the map any more.
    for (let at = 0; at < count; at++) {
      this.#watched.get(this.#events.readInt32LE(at * EVENT.size + EVENT.data))?.onReadable();
    }
  }
}

const failed = (result: number): CnmError => new CnmError("internal", "epoll", `epoll: ${errnoName(-result)}`);
