import type { RequestListener, Server } from "node:http";
import type { DaemonContext } from "../context.ts";
import { isPipe } from "../options/default-paths.ts";
import type { Route } from "../route/route.ts";
import { createApp } from "./create-app.ts";
import { closeServer, portOf, serveSocket, serveTls } from "./listeners.ts";
import { passedSocket } from "./passed-socket.ts";

export interface ApiServer {
  /** Where TLS is served; undefined unless asked for. */
  readonly tcpPort: number | undefined;
  /** Takes no more requests, ends streams, and waits for what is under way. */
  close(): Promise<void>;
}

/** The API on everything that the settings say. */
export async function openServer(context: DaemonContext, routes: readonly Route[]): Promise<ApiServer> {
  const stopping = new AbortController();
  const app = await createApp(context, routes, stopping.signal);
  const routing: RequestListener = (request, response) => app.routing(request, response);
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(servers.map(closeServer));
    await app.close();
  };
  try {
    const { socket, tcp } = context.settings;
    servers.push(await serveSocket(socket, passedSocket(process.env, process.pid), routing));
    if (isPipe(socket)) context.host.guardPipe?.(socket);
    const tls = tcp === undefined ? undefined : await serveTls(tcp, routing);
    if (tls !== undefined) servers.push(tls);
    return { tcpPort: tls === undefined ? undefined : portOf(tls), close };
  } catch (error) {
    await close();
    throw error;
  }
}
