import type { Libc, Namespace } from "@cnm/linux";
import {
  AF_INET,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../../packages/linux/src/sockets/constants.ts";
import { socketAddress } from "../../../packages/linux/src/sockets/socket-address.ts";

const SO_LINGER = 13;
const ONE = Uint8Array.of(1, 0, 0, 0);
/** Closing resets the connection, and leaves no TIME_WAIT that would use ports up. */
const RESET = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
const BACKLOG = 128;

/** A task's listening socket. */
export function listen(libc: Libc, server: Namespace, port: number): number {
  return server.enter(() => {
    const fd = must(libc.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    const any = socketAddress("0.0.0.0", port);
    libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ONE, 4);
    must(libc.bind(fd, any, any.length), "bind");
    must(libc.listen(fd, BACKLOG), "listen");
    return fd;
  });
}

/** So many connections, one after the other, each from the client's first packet until the task has accepted it. */
export function exchange(libc: Libc, client: Namespace, listener: number, target: Target, count: number): void {
  const peer = socketAddress(target.address, target.port);
  client.enter(() => {
    for (let made = 0; made < count; made++) {
      const fd = must(libc.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
      libc.setsockopt(fd, SOL_SOCKET, SO_LINGER, RESET, 8);
      must(libc.connect(fd, peer, peer.length), `connect to ${target.address}:${target.port}`);
      const accepted = must(libc.accept4(listener, 0n, 0n, SOCK_CLOEXEC), "accept");
      libc.close(fd);
      libc.close(accepted);
    }
  });
}

export interface Target {
  readonly address: string;
  readonly port: number;
}

function must(result: number, what: string): number {
  if (result < 0) throw new Error(`${what}: error ${-result}`);
  return result;
}
