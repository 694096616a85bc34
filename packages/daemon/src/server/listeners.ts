import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server, type ServerOptions, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { CnmError } from "@cnm/core";
import type { TcpSettings } from "../options/daemon-options.ts";
import { listenOnSocket } from "./listen-on-socket.ts";

/** A client has this long for a head, and for a whole request; the bodies are small. */
const LIMITS: ServerOptions = { headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16_384 };

/** A server on a unix socket: the one that the service manager has opened for us, or our own. */
export async function serveSocket(path: string, passed: number | undefined, routing: RequestListener): Promise<Server> {
  const server = politely(createServer(LIMITS, routing));
  if (passed === undefined) await listenOnSocket(server, path);
  else {
    server.listen({ fd: passed });
    await once(server, "listening");
  }
  return server;
}

/** Whoever has no certificate that the authority signed is not let in. */
export async function serveTls({ host, port, ca, cert, key }: TcpSettings, routing: RequestListener): Promise<Server> {
  const files = { ca: readFile("tls-ca", ca), cert: readFile("tls-cert", cert), key: readFile("tls-key", key) };
  const tls = { ...files, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.2" } as const;
  const server = politely(createTlsServer({ ...LIMITS, ...tls }, routing));
  server.listen({ host, port });
  await once(server, "listening");
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Ends it, and the connections with it: what is under way has been answered or broken off before. */
export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), 2000);
  await closed.finally(() => clearTimeout(timer));
}

function politely<T extends Server>(server: T): T {
  server.on("request", (_, response: ServerResponse) => {
    // A connection that was busy when the server was told to close would be kept for another request.
    response.once("close", () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else socket.end(badRequest(error.code));
  });
  return server;
}

function badRequest(code: string | undefined): string {
  const [status, message] =
    code === "HPE_HEADER_OVERFLOW"
      ? ["431 Request Header Fields Too Large", "the head of the request is too long"]
      : code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? ["408 Request Timeout", "the request took too long"]
        : ["400 Bad Request", "this is no HTTP request"];
  const body = JSON.stringify({ message });
  const head = [`HTTP/1.1 ${status}`, "content-type: application/json", `content-length: ${body.length}`];
  return `${[...head, "connection: close"].join("\r\n")}\r\n\r\n${body}`;
}

function readFile(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CnmError("invalid", "tls-file", `${option} cannot be read: ${reason}`, { cause });
  }
}
