import type { HeldPort } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IPV6,
  IPPROTO_SCTP,
  IPV6_V6ONLY,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../sockets/constants.ts";
import type { DropFilter } from "../sockets/drop-filter.ts";
import { socketAddress } from "../sockets/socket-address.ts";

const BACKLOG = 128;
const ONE = Uint8Array.of(1, 0, 0, 0);

/**
 * A socket that keeps a port from everybody else. It listens, because a port that is only bound can be bound again by any
 * server (they all set SO_REUSEADDR); and it drops what it gets, so that a client who comes before the port is led anywhere
 * tries again rather than being refused, or accepted by nobody.
 *
 * Returns the descriptor, or -errno. To be called inside the host's namespace.
 */
export function openHeldSocket(libc: Libc, filter: DropFilter, { protocol, address, port }: HeldPort): number {
  const six = address.includes(":");
  const type = protocol === "udp" ? SOCK_DGRAM : SOCK_STREAM;
  const fd = libc.socket(
    six ? AF_INET6 : AF_INET,
    type | SOCK_CLOEXEC | SOCK_NONBLOCK,
    protocol === "sctp" ? IPPROTO_SCTP : 0,
  );
  if (fd < 0) return fd;
  const where = socketAddress(address, port);
  const steps = [
    () => filter.attach(fd),
    () => (six ? libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ONE, 4) : 0),
    // Connections of a forwarder that have ended lately (TIME_WAIT) are no reason to refuse the port.
    () => (protocol === "udp" ? 0 : libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ONE, 4)),
    () => libc.bind(fd, where, where.length),
    () => (protocol === "udp" ? 0 : libc.listen(fd, BACKLOG)),
  ];
  for (const step of steps) {
    const result = step();
    if (result >= 0) continue;
    libc.close(fd);
    return result;
  }
  return fd;
}
