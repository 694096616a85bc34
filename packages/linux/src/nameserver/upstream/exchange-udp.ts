import type { NameServerPeer } from "@cnm/core";
import { DNS_HEADER } from "@cnm/core/nameserver";
import type { Libc } from "../../ffi/libc.ts";
import { errnoName } from "../../netlink/errno.ts";
import type { ReadableSockets } from "../../sockets/readable-sockets.ts";
import { MSG_DONTWAIT } from "../constants.ts";
import { unreachable } from "./upstream-socket.ts";

const EAGAIN = 11;
/** So many packets of one socket a turn of the event loop: a server may send as many as it likes. */
const PER_TURN = 16;

export interface UdpExchangeParts {
  readonly libc: Libc;
  readonly sockets: ReadableSockets;
  /** For any packet; what is in it is done with before the next one comes. */
  readonly buffer: Uint8Array;
}

/** One query on a connected socket, which is closed in any case, and the packet that answers it. */
export function exchangeUdp(
  { libc, sockets, buffer }: UdpExchangeParts,
  fd: number,
  server: NameServerPeer,
  query: Uint8Array,
  signal: AbortSignal,
  accepts = (answer: Uint8Array): boolean => hasIdOf(query, answer),
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let open = true;
    const end = (): void => {
      open = false;
      signal.removeEventListener("abort", aborted);
      sockets.close(fd);
    };
    const fail = (reason: unknown): void => {
      end();
      reject(reason);
    };
    const aborted = (): void => fail(signal.reason);
    const read = (): void => {
      for (let packets = 0; packets < PER_TURN && open; packets++) {
        const length = libc.recv(fd, buffer, buffer.length, MSG_DONTWAIT);
        if (length === -EAGAIN) return;
        if (length < 0) {
          // ICMP's: nobody listens there, or no way leads there.
          fail(unreachable(server, errnoName(-length)));
          return;
        }
        const answer = buffer.subarray(0, length);
        if (!accepts(answer)) continue;
        end();
        resolve(new Uint8Array(answer));
        return;
      }
      if (open) setImmediate(read);
    };
    const begin = (): void => {
      signal.throwIfAborted();
      const sent = libc.send(fd, query, query.length, MSG_DONTWAIT);
      if (sent < 0) throw unreachable(server, errnoName(-sent));
      sockets.add(fd, read);
      signal.addEventListener("abort", aborted, { once: true });
    };
    try {
      begin();
    } catch (error) {
      fail(error);
    }
  });
}

/** Guesses of somebody who forges the server's address do not end the waiting. */
const hasIdOf = (query: Uint8Array, answer: Uint8Array): boolean =>
  answer.length >= DNS_HEADER && answer[0] === query[0] && answer[1] === query[1];
