import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { DaemonContext } from "../context.ts";
import type { HostPort } from "../options/daemon-options.ts";
import { createRegistry } from "./create-registry.ts";

/** Prometheus metrics at /metrics. */
export async function serveMetrics(context: DaemonContext, { host, port }: HostPort) {
  const registry = createRegistry(context);
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end("there is nothing but GET /metrics\n");
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      (error: unknown) => {
        context.logger.error({ err: error }, "metrics cannot be told");
        response.writeHead(500).end();
      },
    );
  });
  server.listen({ host, port });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
