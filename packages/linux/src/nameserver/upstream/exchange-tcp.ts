import { Socket } from "node:net";
import type { NameServerPeer } from "@cnm/core";
import { FrameReader, frame } from "@cnm/core/nameserver";
import { unreachable } from "./upstream-socket.ts";

/** One query on a connection that is being made, which is closed in any case, and the message that answers it. */
export function exchangeTcp(
  fd: number,
  server: NameServerPeer,
  query: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const socket = new Socket({ fd });
  const reader = new FrameReader();
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    socket.on("data", (chunk: Buffer) => {
      reader.push(chunk);
      const answer = reader.next();
      if (answer === undefined) return;
      socket.destroy();
      if (answer === "broken") reject(unreachable(server, "what it sends is no DNS message"));
      else resolve(answer);
    });
    socket.once("error", (error: NodeJS.ErrnoException) =>
      reject(unreachable(server, error.code ?? error.message, error)),
    );
    socket.once("close", () => {
      signal.removeEventListener("abort", aborted);
      reject(unreachable(server, "it closed the connection without an answer"));
    });
    if (signal.aborted) return aborted();
    signal.addEventListener("abort", aborted, { once: true });
    socket.write(frame(query));
  });
}
