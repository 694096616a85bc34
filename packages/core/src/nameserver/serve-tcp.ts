import { createServer, type Socket } from "node:net";
import type { NameServer } from "../contracts/name-server.ts";
import { type ConversationOptions, tcpConversation } from "./tcp-conversation.ts";

/** Further ones are closed at once. */
const CONNECTIONS = 64;

/** A descriptor that listens, or an address to listen at. */
export type ListenPlace = { readonly fd: number } | { readonly host: string; readonly port: number };

/** Accepts at the place: a descriptor is its own once this resolves. */
export function serveTcp(place: ListenPlace, options: ConversationOptions): Promise<NameServer> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    tcpConversation(socket, options);
  });
  server.maxConnections = CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...place, exclusive: true }, () => {
      server.off("error", reject);
      // A connection that could not be accepted.
      server.on("error", options.failed);
      resolve({
        close: () =>
          new Promise<void>((closed) => {
            server.close(() => closed());
            for (const socket of open) socket.destroy();
          }),
      });
    });
  });
}
