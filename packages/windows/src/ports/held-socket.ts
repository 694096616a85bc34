import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { CnmError, type HeldPort } from "@cnm/core";

/** Keeps a port for as long as it is open. */
export interface HeldSocket {
  close(): Promise<void>;
}

export type OpenHeldSocket = (port: HeldPort) => Promise<HeldSocket>;

/**
 * Binds a port, alone. Whoever connects meanwhile is sent away: Windows keeps a TCP port only while a socket listens.
 * Throws what Node throws: EADDRINUSE; EACCES where Windows keeps the port for itself.
 */
export const openHeldSocket: OpenHeldSocket = async (port) => {
  switch (port.protocol) {
    case "tcp":
      return await openTcp(port);
    case "udp":
      return await openUdp(port);
    case "sctp":
      throw new CnmError("unsupported", "invalid-protocol", "invalid protocol sctp: Windows has none");
  }
};

async function openTcp({ address: host, port }: HeldPort): Promise<HeldSocket> {
  const server = createServer((socket) => socket.destroy());
  server.listen({ host, port, exclusive: true, ipv6Only: true });
  await once(server, "listening");
  server.unref();
  return {
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function openUdp({ address, port }: HeldPort): Promise<HeldSocket> {
  const ipv6 = address.includes(":");
  const socket = createSocket(ipv6 ? { type: "udp6", ipv6Only: true } : { type: "udp4" });
  try {
    socket.bind({ address, port, exclusive: true });
    await once(socket, "listening");
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.unref();
  return { close: () => new Promise((resolve) => socket.close(() => resolve())) };
}
