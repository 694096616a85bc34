import { type AnswerQuery, CnmError } from "@cnm/core";
import { DNS_HEADER } from "@cnm/core/nameserver";
import type { Ffi } from "../ffi/ffi.ts";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";
import { BATCH, type PacketBatch } from "./packet-batch.ts";
import type { Rounds, Serve } from "./rounds.ts";

const EAGAIN = 11;

/** What all servers of a process share. */
export interface UdpParts {
  readonly ffi: Ffi;
  readonly libc: Libc;
  readonly batch: PacketBatch;
  readonly rounds: Rounds;
}

/** Answers what arrives at the socket, which is its own from now on, until disposed. */
export function serveUdp(
  parts: UdpParts,
  fd: number,
  answer: AnswerQuery,
  failed: (error: unknown) => void,
): Disposable {
  return new UdpServer(parts, fd, answer, failed);
}

class UdpServer implements Serve, Disposable {
  readonly #parts: UdpParts;
  readonly #fd: number;
  readonly #answer: AnswerQuery;
  readonly #failed: (error: unknown) => void;
  readonly #watch: Disposable;
  #open = true;

  constructor(parts: UdpParts, fd: number, answer: AnswerQuery, failed: (error: unknown) => void) {
    this.#parts = parts;
    this.#fd = fd;
    this.#answer = answer;
    this.#failed = failed;
    this.#watch = parts.ffi.watchReadable(fd, true, () => parts.rounds.wake(this));
  }

  serveBatch(): boolean {
    const { batch } = this.#parts;
    const received = batch.receive(this.#fd);
    if (received < 0) {
      if (received !== -EAGAIN) this.#failed(failure(received));
      return false;
    }
    for (let slot = 0; slot < received && this.#open; slot++) this.#answerOne(slot);
    if (this.#open) batch.flush(this.#fd);
    return this.#open && received === BATCH;
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    this.#parts.rounds.forget(this);
    this.#watch[Symbol.dispose]();
    this.#parts.libc.close(this.#fd);
  }

  #answerOne(slot: number): void {
    const { batch } = this.#parts;
    const query = batch.query(slot);
    if (query === undefined || query.length < DNS_HEADER) return;
    const answer = this.#answer;
    try {
      const result = answer(query, "udp", batch.peer(slot));
      if (result instanceof Uint8Array) batch.answer(this.#fd, slot, result);
      else if (result !== undefined) this.#answerLater(result, batch.name(slot));
    } catch (error) {
      this.#failed(error);
    }
  }

  #answerLater(promise: Promise<Uint8Array | undefined>, name: Uint8Array): void {
    promise.then((result) => {
      // The descriptor's number may be somebody else's by now.
      if (this.#open && result !== undefined) this.#parts.batch.sendOne(this.#fd, result, name);
    }, this.#failed);
  }
}

const failure = (result: number): CnmError =>
  new CnmError("internal", "name-server", `recvmmsg: ${errnoName(-result)}`);
