import { CnmError } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";
import type { Namespace } from "../netns/namespace.ts";
import { AF_INET, AF_INET6, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_STREAM } from "../sockets/constants.ts";
import { socketAddress } from "../sockets/socket-address.ts";

const EINPROGRESS = 115;

interface Place {
  readonly libc: Libc;
  readonly host: Namespace;
}

/**
 * A socket of the host's namespace for talking to the address, whatever namespace the thread is in later: Node would make its
 * own one in a later turn of the event loop.
 */
export function outgoingSocket({ libc, host }: Place, type: number, address: string): number {
  const family = address.includes(":") ? AF_INET6 : AF_INET;
  const fd = host.enter(() => libc.socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd < 0) throw new CnmError("internal", "forwarder", `no socket: ${errnoName(-fd)}`);
  return fd;
}

/** A TCP socket that is being connected. */
export function outgoingConnection(place: Place, address: string, port: number): number {
  const { libc } = place;
  const fd = outgoingSocket(place, SOCK_STREAM, address);
  const peer = socketAddress(address, port);
  const result = libc.connect(fd, peer, peer.length);
  if (result === 0 || result === -EINPROGRESS) return fd;
  libc.close(fd);
  throw new CnmError("unavailable", "forwarder", `cannot reach ${address} port ${port}: ${errnoName(-result)}`);
}
