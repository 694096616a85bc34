import { once } from "node:events";
import { createServer, type Socket } from "node:net";

export interface Listener extends AsyncDisposable {
  readonly path: string;
  /** Resolves when whoever came has gone again; at once where nobody came. */
  readonly ended: Promise<unknown>;
}

/** A Unix socket for one visitor, listening already. */
export async function listenForOne(path: string, onVisit: (visitor: Socket) => void): Promise<Listener> {
  let visitor: Socket | undefined;
  const server = createServer((connection) => {
    visitor = connection;
    onVisit(connection);
  });
  server.listen(path);
  await once(server, "listening");
  return {
    path,
    get ended() {
      return visitor === undefined || visitor.closed ? Promise.resolve() : once(visitor, "close");
    },
    async [Symbol.asyncDispose]() {
      visitor?.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}
