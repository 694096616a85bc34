import { createServer, Socket } from "node:net";
import type { Libc } from "../ffi/libc.ts";
import type { Namespace } from "../netns/namespace.ts";
import type { ForwarderResource } from "../resources/resource.ts";
import type { Forwarder } from "./forwarder.ts";
import { outgoingConnection } from "./outgoing-socket.ts";

/** Accepts on the descriptor, which is its own from now on, and joins each connection with one to the target. */
export function forwardTcp(
  parts: { readonly libc: Libc; readonly host: Namespace },
  fd: number,
  { target, targetPort }: ForwarderResource,
): Promise<Forwarder> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    let onward: Socket;
    try {
      onward = new Socket({ fd: outgoingConnection(parts, target, targetPort), allowHalfOpen: true });
    } catch {
      // As the sandbox itself would: nobody is there.
      client.resetAndDestroy();
      return;
    }
    join(client, onward);
    join(onward, client);
  });

  function join(from: Socket, to: Socket): void {
    open.add(from);
    from.on("error", () => to.resetAndDestroy());
    from.once("close", () => {
      open.delete(from);
      to.destroySoon();
    });
    // Half-closing goes through, and pressure comes back.
    from.pipe(to);
  }

  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ fd }, () => {
      server.off("error", reject);
      resolve({
        close: () =>
          new Promise((closed) => {
            for (const socket of open) socket.destroy();
            server.close(() => closed());
          }),
      });
    });
  });
}
