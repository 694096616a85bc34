import { createSocket, type Socket as Datagrams } from "node:dgram";
import { once } from "node:events";
import { createServer, isIPv6, Socket } from "node:net";
import { bindLibc, type Libc, loadFfi, type Namespace } from "@cnm/linux";
import {
  AF_INET,
  AF_INET6,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../packages/linux/src/sockets/constants.ts";
import { socketAddress } from "../../packages/linux/src/sockets/socket-address.ts";
import { patience, silence } from "./slowness.ts";

const EINPROGRESS = 115;

/** How long an answer may take before it counts as none: for those that have to come, and for those that must not. */
const PATIENCE = patience(5_000);
const SHORT = silence(400);

/**
 * Servers and clients inside namespaces, in this process: a socket keeps the namespace in which it was made, so only its
 * making happens inside. Servers answer with the address of their client as they see it.
 */
export class Conversation {
  readonly #libc: Libc = bindLibc(loadFfi());
  readonly #closers: (() => Promise<void>)[] = [];
  readonly #datagramPorts = new Set<number>();

  /** Listens on the port, both families, and answers every connection, or every datagram; by default with its sender. */
  async serve(
    namespace: Namespace,
    port: number,
    protocol: "tcp" | "udp" = "tcp",
    answer: (client: string) => string = (client) => client,
  ): Promise<void> {
    const fd = this.#socket(namespace, "::", protocol);
    this.#libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, new Uint8Array([1, 0, 0, 0]), 4);
    const any = socketAddress("::", port);
    must(this.#libc.bind(fd, any, any.length), `bind port ${port}`);
    if (protocol === "tcp") {
      const server = createServer((client) => {
        client.on("error", () => undefined);
        client.end(answer(plain(client.remoteAddress ?? "")));
      });
      server.listen({ fd });
      await once(server, "listening");
      this.#closers.push(async () => void server.close());
    } else {
      const server = createSocket("udp6");
      server.on("message", (_, { address, port: from }) => server.send(answer(plain(address)), from, address));
      await bound(server, fd);
      this.#closers.push(async () => void server.close());
    }
  }

  /** What the server at the address says: where it sees us. Throws when no answer comes. */
  async ask(namespace: Namespace, address: string, port: number, protocol: "tcp" | "udp" = "tcp"): Promise<string> {
    const answer = await this.#exchange(namespace, address, port, protocol, PATIENCE);
    if (answer === undefined) throw new Error(`no answer from ${address} port ${port}/${protocol}`);
    return answer;
  }

  /** Whether there is an answer, for those that are expected to get none. */
  async hears(namespace: Namespace, address: string, port: number, protocol: "tcp" | "udp" = "tcp"): Promise<boolean> {
    return (await this.#exchange(namespace, address, port, protocol, SHORT)) !== undefined;
  }

  /** A connection that stays open; its answers are echoed by {@link echo}. */
  async open(namespace: Namespace, address: string, port: number): Promise<Socket> {
    const socket = this.#connect(namespace, address, port);
    await once(socket, "ready");
    return socket;
  }

  /** The first that a server says which keeps its connections. Throws when it is refused or says nothing. */
  async greet(namespace: Namespace, address: string, port: number): Promise<string> {
    const socket = this.#connect(namespace, address, port);
    try {
      return await said(socket);
    } finally {
      socket.destroy();
    }
  }

  /** A server that answers whatever it gets, and keeps the connection; by default it sends it back. */
  async echo(namespace: Namespace, port: number, answer?: (client: string) => string): Promise<void> {
    const fd = this.#socket(namespace, "::", "tcp");
    const any = socketAddress("::", port);
    must(this.#libc.bind(fd, any, any.length), `bind port ${port}`);
    const clients = new Set<Socket>();
    const server = createServer((client) => {
      clients.add(client);
      client.on("error", () => undefined);
      if (answer === undefined) client.pipe(client);
      else client.on("data", () => client.write(answer(plain(client.remoteAddress ?? ""))));
    });
    server.listen({ fd });
    await once(server, "listening");
    this.#closers.push(async () => {
      for (const client of clients) client.destroy();
      server.close();
    });
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
  }

  async #exchange(
    namespace: Namespace,
    address: string,
    port: number,
    protocol: "tcp" | "udp",
    limit: number,
  ): Promise<string | undefined> {
    return protocol === "tcp"
      ? answerOf(this.#connect(namespace, address, port), limit)
      : this.#datagram(namespace, address, port, limit);
  }

  #connect(namespace: Namespace, address: string, port: number): Socket {
    const fd = this.#socket(namespace, address, "tcp");
    const peer = socketAddress(address, port);
    const result = this.#libc.connect(fd, peer, peer.length);
    const socket = new Socket({ fd });
    if (result < 0 && result !== -EINPROGRESS) socket.destroy(new Error(`connect: error ${-result}`));
    // Node takes the descriptor for connected; writable is when it really is.
    else socket.write("?", (error) => error ?? socket.emit("ready"));
    return socket;
  }

  /** From a port that was none of ours before: the kernel takes what comes from one again for the same conversation. */
  async #datagramSocket(namespace: Namespace, address: string): Promise<Datagrams> {
    const fd = this.#socket(namespace, address, "udp");
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    const local = socketAddress(isIPv6(address) ? "::" : "0.0.0.0", 0);
    must(this.#libc.bind(fd, local, local.length), "bind");
    await bound(socket, fd);
    const { port } = socket.address();
    if (!this.#datagramPorts.has(port)) {
      this.#datagramPorts.add(port);
      return socket;
    }
    const another = await this.#datagramSocket(namespace, address);
    socket.close();
    return another;
  }

  async #datagram(namespace: Namespace, address: string, port: number, limit: number): Promise<string | undefined> {
    const socket = await this.#datagramSocket(namespace, address);
    return new Promise((resolve) => {
      const end = (text?: string): void => {
        clearTimeout(timer);
        clearInterval(again);
        socket.close();
        resolve(text);
      };
      const timer = setTimeout(end, limit);
      const send = (): void => socket.send("?", port, address, () => undefined);
      // A datagram may be lost while neighbours are looked up.
      const again = setInterval(send, 200);
      socket.on("error", () => undefined);
      socket.on("message", (packet) => end(packet.toString()));
      send();
    });
  }

  #socket(namespace: Namespace, address: string, protocol: "tcp" | "udp"): number {
    const type = (protocol === "tcp" ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
    return must(
      namespace.enter(() => this.#libc.socket(isIPv6(address) ? AF_INET6 : AF_INET, type, 0)),
      "socket",
    );
  }
}

function bound(socket: Datagrams, fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ fd, exclusive: true }, resolve);
  });
}

function answerOf(socket: Socket, limit: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const end = (text: string | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(text);
    };
    const timer = setTimeout(() => end(undefined), limit);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("end", () => end(Buffer.concat(chunks).toString()));
    socket.on("error", () => end(undefined));
  });
}

/** What comes next. Throws when the connection breaks first, or when nothing comes. */
export async function said(socket: Socket): Promise<string> {
  const [data] = await once(socket, "data", { signal: AbortSignal.timeout(PATIENCE) });
  return String(data);
}

const plain = (address: string): string => address.replace("::ffff:", "");

function must(result: number, what: string): number {
  if (result < 0) throw new Error(`${what}: error ${-result}`);
  return result;
}
