import { isIPv6 } from "node:net";
import { bindLibc, type Libc, loadFfi, type Namespace } from "@cnm/linux";
import {
  AF_INET,
  AF_INET6,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../packages/linux/src/sockets/constants.ts";
import { socketAddress } from "../../packages/linux/src/sockets/socket-address.ts";
import { patience } from "./slowness.ts";

const SO_RCVTIMEO = 20;
const SO_SNDTIMEO = 21;

/**
 * TCP inside namespaces without a program per connection: sockets keep the namespace in which they were made, so only
 * their making happens inside.
 */
export class Traffic {
  readonly #libc: Libc = bindLibc(loadFfi());

  /** Listens on the port for both families, and lets the kernel complete connections. Close it with {@link close}. */
  listen(namespace: Namespace, port: number): number {
    return namespace.enter(() => {
      const fd = this.#socket(AF_INET6);
      this.#libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, new Uint8Array([1, 0, 0, 0]), 4);
      const any = socketAddress("::", port);
      must(this.#libc.bind(fd, any, any.length), `bind port ${port}`);
      must(this.#libc.listen(fd, 128), `listen on port ${port}`);
      return fd;
    });
  }

  /** Whether a connection to the address comes about within so many milliseconds. */
  async reaches(namespace: Namespace, address: string, port: number, limit = patience(2_000)): Promise<boolean> {
    const fd = namespace.enter(() => this.#socket(isIPv6(address) ? AF_INET6 : AF_INET));
    try {
      const timeout = new BigInt64Array([BigInt(Math.floor(limit / 1000)), BigInt((limit % 1000) * 1000)]);
      for (const option of [SO_SNDTIMEO, SO_RCVTIMEO]) {
        must(this.#libc.setsockopt(fd, SOL_SOCKET, option, new Uint8Array(timeout.buffer), 16), "socket timeout");
      }
      const peer = socketAddress(address, port);
      return (await this.#libc.connect.async(fd, peer, peer.length)) === 0;
    } finally {
      this.close(fd);
    }
  }

  close(fd: number): void {
    this.#libc.close(fd);
  }

  #socket(family: number): number {
    return must(this.#libc.socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  }
}

function must(result: number, what: string): number {
  if (result < 0) throw new Error(`${what}: error ${-result}`);
  return result;
}
