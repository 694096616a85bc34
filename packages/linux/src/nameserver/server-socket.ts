import { CnmError, type HeldPort } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";
import type { Namespace } from "../netns/namespace.ts";
import { describePortOwner } from "../ports/port-owner.ts";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../sockets/constants.ts";
import { socketAddress } from "../sockets/socket-address.ts";
import { IP_FREEBIND, IPPROTO_IP, IPV6_FREEBIND } from "./constants.ts";

const EADDRINUSE = 98;
const BACKLOG = 64;
const ONE = Uint8Array.of(1, 0, 0, 0);

export type ServerPlace = Pick<HeldPort, "address" | "port"> & { readonly protocol: "udp" | "tcp" };

/** A socket inside the namespace, bound to an address that need not be there yet; over TCP it listens. */
export function openServerSocket(libc: Libc, namespace: Namespace, place: ServerPlace): number {
  return namespace.enter(() => {
    const fd = open(libc, place);
    if (fd >= 0) return fd;
    const where = `${place.address} port ${place.port}/${place.protocol} in ${namespace.path}`;
    if (fd === -EADDRINUSE) {
      throw new CnmError("conflict", "port-in-use", `no name server at ${where}: ${describePortOwner(place)} has it`);
    }
    throw new CnmError("internal", "name-server", `no name server at ${where}: ${errnoName(-fd)}`);
  });
}

function open(libc: Libc, { protocol, address, port }: ServerPlace): number {
  const six = address.includes(":");
  const tcp = protocol === "tcp";
  const type = (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
  const fd = libc.socket(six ? AF_INET6 : AF_INET, type, 0);
  if (fd < 0) return fd;
  const where = socketAddress(address, port);
  const set = (level: number, option: number): number => libc.setsockopt(fd, level, option, ONE, ONE.length);
  const steps = [
    () => (six ? set(IPPROTO_IPV6, IPV6_V6ONLY) : 0),
    () => (six ? set(IPPROTO_IPV6, IPV6_FREEBIND) : set(IPPROTO_IP, IP_FREEBIND)),
    // Connections of a server that was here before may still be in TIME_WAIT.
    () => (tcp ? set(SOL_SOCKET, SO_REUSEADDR) : 0),
    () => libc.bind(fd, where, where.length),
    () => (tcp ? libc.listen(fd, BACKLOG) : 0),
  ];
  for (const step of steps) {
    const result = step();
    if (result >= 0) continue;
    libc.close(fd);
    return result;
  }
  return fd;
}
