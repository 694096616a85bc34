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

/** What a socket that holds a port is made for, before it is known which port. */
export interface HeldSocketKind {
  readonly protocol: HeldPort["protocol"];
  readonly six: boolean;
}

export const heldSocketKind = ({ protocol, address }: HeldPort): HeldSocketKind => ({
  protocol,
  six: address.includes(":"),
});

/**
 * A socket that drops what it gets, so that a client who comes before the port is led anywhere tries again rather than being
 * refused, or accepted by nobody. Returns the descriptor, or -errno. To be called inside the host's namespace.
 */
export function openHeldSocket(libc: Libc, filter: DropFilter, { protocol, six }: HeldSocketKind): number {
  const type = protocol === "udp" ? SOCK_DGRAM : SOCK_STREAM;
  const fd = libc.socket(
    six ? AF_INET6 : AF_INET,
    type | SOCK_CLOEXEC | SOCK_NONBLOCK,
    protocol === "sctp" ? IPPROTO_SCTP : 0,
  );
  if (fd < 0) return fd;
  let result = filter.attach(fd);
  if (result >= 0 && six) result = libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ONE, 4);
  // Connections of a forwarder that have ended lately (TIME_WAIT) are no reason to refuse the port.
  if (result >= 0 && protocol !== "udp") result = libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ONE, 4);
  return result < 0 ? closed(libc, fd, result) : fd;
}

/**
 * Keeps a port from everybody else. The socket listens, because a port that is only bound can be bound again by any server
 * (they all set SO_REUSEADDR). Returns the descriptor; or -errno, and the socket is closed.
 */
export function bindHeldSocket(libc: Libc, fd: number, { protocol, address, port }: HeldPort): number {
  const where = socketAddress(address, port);
  let result = libc.bind(fd, where, where.length);
  if (result >= 0 && protocol !== "udp") result = libc.listen(fd, BACKLOG);
  return result < 0 ? closed(libc, fd, result) : fd;
}

function closed(libc: Libc, fd: number, result: number): number {
  libc.close(fd);
  return result;
}
