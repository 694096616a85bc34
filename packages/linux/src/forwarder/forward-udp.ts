import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import type { Libc } from "../ffi/libc.ts";
import type { Namespace } from "../netns/namespace.ts";
import type { ForwarderResource } from "../resources/resource.ts";
import { SOCK_DGRAM } from "../sockets/constants.ts";
import type { Forwarder } from "./forwarder.ts";
import { outgoingSocket } from "./outgoing-socket.ts";

/** How long a client's way stays open without a packet, in milliseconds. */
const IDLE = 90_000;

interface Session {
  readonly socket: Socket;
  readonly idle: NodeJS.Timeout;
}

/** Receives on the descriptor, which is its own from now on; each client gets a socket to the target of its own. */
export function forwardUdp(
  parts: { readonly libc: Libc; readonly host: Namespace },
  fd: number,
  { target, targetPort }: ForwarderResource,
): Promise<Forwarder> {
  const sessions = new Map<string, Promise<Session>>();
  const server = createSocket({ type: "udp6" });

  server.on("message", (packet, client) => {
    const key = `${client.address} ${client.port}`;
    const session = sessions.get(key) ?? open(key, client);
    session.then(
      ({ socket, idle }) => {
        idle.refresh();
        socket.send(packet, ignored);
      },
      // A packet that cannot be delivered is lost, as packets are.
      () => sessions.delete(key),
    );
  });

  function open(key: string, client: RemoteInfo): Promise<Session> {
    const session = openSession(client, () => sessions.delete(key));
    sessions.set(key, session);
    return session;
  }

  async function openSession(client: RemoteInfo, forget: () => void): Promise<Session> {
    const socket = createSocket({ type: target.includes(":") ? "udp6" : "udp4" });
    const end = (): void => {
      forget();
      socket.close();
    };
    socket.on("message", (packet) => server.send(packet, client.port, client.address, ignored));
    // The target refuses: the next packet may find it.
    socket.on("error", () => undefined);
    try {
      await bound(socket, outgoingSocket(parts, SOCK_DGRAM, target));
      // Packets of others do not reach it.
      await connected(socket, targetPort, target);
    } catch (error) {
      socket.close();
      throw error;
    }
    const idle = setTimeout(end, IDLE).unref();
    socket.once("close", () => clearTimeout(idle));
    return { socket, idle };
  }

  return bound(server, fd).then(() => ({
    async close() {
      server.close();
      for (const session of sessions.values()) (await session.catch(() => undefined))?.socket.close();
      sessions.clear();
    },
  }));
}

/** Datagrams that cannot be sent are lost, as datagrams are. */
const ignored = (): void => undefined;

function bound(socket: Socket, fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ fd, exclusive: true }, () => {
      socket.off("error", reject);
      resolve();
    });
  });
}

function connected(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.connect(port, address, (error?: Error) => (error === undefined ? resolve() : reject(error)));
  });
}
