import { createServer, type Socket } from "node:net";
import type { NameServer } from "@cnm/core";
import { type ConversationOptions, tcpConversation } from "./tcp-conversation.ts";

/** Further ones are closed at once. */
const CONNECTIONS = 64;

/** Accepts on the descriptor, which is its own once this resolves. */
export function serveTcp(fd: number, options: ConversationOptions): Promise<NameServer> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    tcpConversation(socket, options);
  });
  server.maxConnections = CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ fd }, () => {
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
