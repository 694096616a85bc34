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
/** On, no time to linger: closing resets the connection, and leaves no TIME_WAIT that would use ports up. */
const RESET = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
/** So many wait to be accepted, which nobody does. */
const BATCH = 100;

/** New connections per second, all on this thread: a connection is established by the kernels' handshake alone. */
export function connectionRate(libc: Libc, parties: Parties, batches: number): number {
  let spent = 0;
  for (let batch = 0; batch < batches; batch++) {
    const listener = listen(libc, parties);
    const start = performance.now();
    parties.client.enter(() => {
      for (let count = 0; count < BATCH; count++) connectOnce(libc, parties);
    });
    spent += performance.now() - start;
    libc.close(listener);
  }
  return (batches * BATCH * 1000) / spent;
}

export interface Parties {
  readonly client: Namespace;
  readonly server: Namespace;
  readonly address: string;
  readonly port: number;
  readonly targetPort: number;
}

function listen(libc: Libc, { server, targetPort }: Parties): number {
  return server.enter(() => {
    const fd = must(libc.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    const any = socketAddress("0.0.0.0", targetPort);
    libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ONE, 4);
    must(libc.bind(fd, any, any.length), "bind");
    must(libc.listen(fd, BATCH + 1), "listen");
    return fd;
  });
}

function connectOnce(libc: Libc, { address, port }: Parties): void {
  const fd = must(libc.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  const peer = socketAddress(address, port);
  libc.setsockopt(fd, SOL_SOCKET, SO_LINGER, RESET, 8);
  const result = libc.connect(fd, peer, peer.length);
  libc.close(fd);
  must(result, `connect to ${address}:${port}`);
}

function must(result: number, what: string): number {
  if (result < 0) throw new Error(`${what}: error ${-result}`);
  return result;
}
