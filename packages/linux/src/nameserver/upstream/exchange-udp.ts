import { createSocket } from "node:dgram";
import type { NameServerPeer } from "@cnm/core";
import { DNS_HEADER } from "@cnm/core/nameserver";
import type { Libc } from "../../ffi/libc.ts";
import { errnoName } from "../../netlink/errno.ts";
import { MSG_DONTWAIT } from "../constants.ts";
import { unreachable } from "./upstream-socket.ts";

/** One query on a connected socket, which is closed in any case, and the packet that answers it. */
export function exchangeUdp(
  libc: Libc,
  fd: number,
  server: NameServerPeer,
  query: Uint8Array,
  signal: AbortSignal,
  accepts = (answer: Uint8Array): boolean => hasIdOf(query, answer),
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const sent = libc.send(fd, query, query.length, MSG_DONTWAIT);
    if (sent < 0) {
      libc.close(fd);
      reject(unreachable(server, errnoName(-sent)));
      return;
    }
    const socket = createSocket(server.address.includes(":") ? "udp6" : "udp4");
    const end = (): void => {
      signal.removeEventListener("abort", aborted);
      socket.close();
    };
    const aborted = (): void => {
      end();
      reject(signal.reason);
    };
    socket.on("message", (answer) => {
      if (!accepts(answer)) return;
      end();
      resolve(answer);
    });
    // ICMP's: nobody listens there, or no way leads there.
    socket.once("error", (error: NodeJS.ErrnoException) => {
      end();
      reject(unreachable(server, error.code ?? error.message, error));
    });
    socket.bind({ fd, exclusive: true });
    if (signal.aborted) aborted();
    else signal.addEventListener("abort", aborted, { once: true });
  });
}

/** Guesses of somebody who forges the server's address do not end the waiting. */
const hasIdOf = (query: Uint8Array, answer: Uint8Array): boolean =>
  answer.length >= DNS_HEADER && answer[0] === query[0] && answer[1] === query[1];
