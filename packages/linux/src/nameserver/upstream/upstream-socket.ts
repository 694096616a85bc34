import { CnmError, type NameServerPeer } from "@cnm/core";
import type { Libc } from "../../ffi/libc.ts";
import { errnoName } from "../../netlink/errno.ts";
import type { Namespace } from "../../netns/namespace.ts";
import { AF_INET, AF_INET6, SOCK_CLOEXEC, SOCK_NONBLOCK } from "../../sockets/constants.ts";
import { socketAddress } from "../../sockets/socket-address.ts";

const EINPROGRESS = 115;

/**
 * A socket of the namespace that is connected to the server, or is being connected: the kernel chooses a random port for it,
 * and lets in nothing from anyone else.
 */
export function upstreamSocket(libc: Libc, namespace: Namespace, server: NameServerPeer, type: number): number {
  const family = server.address.includes(":") ? AF_INET6 : AF_INET;
  const fd = namespace.enter(() => libc.socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd < 0) throw unreachable(server, errnoName(-fd));
  const peer = socketAddress(server.address, server.port);
  const result = libc.connect(fd, peer, peer.length);
  if (result === 0 || result === -EINPROGRESS) return fd;
  libc.close(fd);
  throw unreachable(server, errnoName(-result));
}

export function unreachable({ address, port }: NameServerPeer, why: string, cause?: unknown): CnmError {
  const message = `name server ${address} port ${port}: ${why}`;
  return new CnmError("unavailable", "name-server-unreachable", message, { cause });
}
