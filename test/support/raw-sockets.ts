import { createSocket, type Socket as Datagrams } from "node:dgram";
import { once } from "node:events";
import { Socket } from "node:net";
import { bindLibc, type Libc, loadFfi, type Namespace } from "@cnm/linux";
import {
  AF_INET,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
} from "../../packages/linux/src/sockets/constants.ts";
import { socketAddress } from "../../packages/linux/src/sockets/socket-address.ts";

const EINPROGRESS = 115;

/** Node's sockets, made inside a namespace: nothing is said on them that the test does not say. IPv4. */
export class RawSockets {
  readonly #libc: Libc = bindLibc(loadFfi());

  /** Port 0: any. */
  async datagrams(namespace: Namespace, address = "0.0.0.0", port = 0): Promise<Datagrams> {
    const fd = this.#open(namespace, SOCK_DGRAM);
    const local = socketAddress(address, port);
    must(this.#libc.bind(fd, local, local.length), `bind ${address} port ${port}`);
    const socket = createSocket("udp4");
    // It listens before this returns.
    const listening = once(socket, "listening");
    socket.bind({ fd, exclusive: true });
    await listening;
    return socket;
  }

  /** On its way to being connected; what is written before is sent then. */
  stream(namespace: Namespace, address: string, port: number): Socket {
    const fd = this.#open(namespace, SOCK_STREAM);
    const peer = socketAddress(address, port);
    const result = this.#libc.connect(fd, peer, peer.length);
    if (result !== -EINPROGRESS) must(result, `connect to ${address} port ${port}`);
    return new Socket({ fd, allowHalfOpen: true });
  }

  #open(namespace: Namespace, type: number): number {
    const flags = type | SOCK_CLOEXEC | SOCK_NONBLOCK;
    return must(
      namespace.enter(() => this.#libc.socket(AF_INET, flags, 0)),
      "socket",
    );
  }
}

function must(result: number, what: string): number {
  if (result < 0) throw new Error(`${what}: error ${-result}`);
  return result;
}
