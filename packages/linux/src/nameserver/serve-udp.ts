import { type AnswerQuery, CnmError } from "@cnm/core";
import { DNS_HEADER } from "@cnm/core/nameserver";
import type { Ffi } from "../ffi/ffi.ts";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";
import { BATCH, type PacketBatch } from "./packet-batch.ts";
import type { Rounds } from "./rounds.ts";

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
  { ffi, libc, batch, rounds }: UdpParts,
  fd: number,
  answer: AnswerQuery,
  failed: (error: unknown) => void,
): Disposable {
  let open = true;

  const serve = (): boolean => {
    const received = batch.receive(fd);
    if (received < 0) {
      if (received !== -EAGAIN) failed(new CnmError("internal", "name-server", `recvmmsg: ${errnoName(-received)}`));
      return false;
    }
    for (let slot = 0; slot < received && open; slot++) answerOne(slot);
    if (open) batch.flush(fd);
    return open && received === BATCH;
  };

  function answerOne(slot: number): void {
    const query = batch.query(slot);
    if (query === undefined || query.length < DNS_HEADER) return;
    try {
      const result = answer(query, "udp", batch.peer(slot));
      if (result instanceof Uint8Array) batch.answer(fd, slot, result);
      else if (result !== undefined) answerLater(result, batch.name(slot));
    } catch (error) {
      failed(error);
    }
  }

  function answerLater(promise: Promise<Uint8Array | undefined>, name: Uint8Array): void {
    promise.then((result) => {
      // The descriptor's number may be somebody else's by now.
      if (open && result !== undefined) batch.sendOne(fd, result, name);
    }, failed);
  }

  const watch = ffi.watchReadable(fd, true, () => rounds.wake(serve));
  return {
    [Symbol.dispose]() {
      if (!open) return;
      open = false;
      rounds.forget(serve);
      watch[Symbol.dispose]();
      libc.close(fd);
    },
  };
}
