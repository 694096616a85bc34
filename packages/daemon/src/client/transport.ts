import { readFileSync } from "node:fs";
import { CnmError, invalidOptions } from "@cnm/core";
import { type Dispatcher, Pool } from "undici";
import { reviveError } from "./revive-error.ts";

export interface ClientOptions {
  /** "unix:///run/cnm/cnm.sock", "tcp://192.0.2.1:2376", "npipe:////./pipe/cnm". Default: the first, on Windows the last. */
  readonly host?: string;
  /** For tcp: files with who signed the daemon's certificate, and the client's own certificate and key. */
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export interface Request {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** The answer may be long in coming. */
  readonly patient?: boolean;
}

/** Connections to one daemon. */
export class Transport {
  readonly #host: string;
  readonly #pool: Pool;

  constructor(options: ClientOptions) {
    this.#host = options.host ?? (process.platform === "win32" ? "npipe:////./pipe/cnm" : "unix:///run/cnm/cnm.sock");
    this.#pool = openPool(this.#host, options);
  }

  /** The body as JSON; undefined when there is none. */
  async json(request: Request): Promise<unknown> {
    const { body } = await this.#send(request);
    const text = await body.text();
    return text === "" ? undefined : JSON.parse(text);
  }

  async stream(request: Request): Promise<AsyncIterable<Buffer>> {
    return (await this.#send({ ...request, patient: true })).body;
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #send(request: Request): Promise<Dispatcher.ResponseData> {
    const { method, path, query = {}, body, signal, patient = false } = request;
    const asked = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) if (value !== undefined) asked.set(key, String(value));
    const suffix = asked.size === 0 ? "" : `?${asked}`;
    const response = await this.#pool
      .request({
        method,
        path: path + suffix,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
        ...(signal === undefined ? {} : { signal }),
        ...(patient ? { headersTimeout: 0, bodyTimeout: 0 } : {}),
      })
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        throw unreachable(this.#host, error);
      });
    if (response.statusCode < 400) return response;
    throw reviveError(response.statusCode, response.headers["cnm-error-code"], await response.body.text());
  }
}

function openPool(host: string, { tlsCa, tlsCert, tlsKey }: ClientOptions): Pool {
  const path = /^unix:\/\/(\/.*)$/.exec(host)?.[1] ?? /^npipe:\/\/(\/\/.*)$/.exec(host)?.[1]?.replaceAll("/", "\\");
  if (path !== undefined) return new Pool("http://localhost", { socketPath: path });
  const authority = /^tcp:\/\/([^/]+:\d+)\/?$/.exec(host)?.[1];
  if (authority === undefined) {
    const forms = "unix:///path, tcp://host:port or npipe:////./pipe/name";
    throw invalidOptions("client", [`host ${JSON.stringify(host)} has to be ${forms}`]);
  }
  if (tlsCa === undefined || tlsCert === undefined || tlsKey === undefined) {
    throw invalidOptions("client", [
      "tcp needs tlsCa, tlsCert and tlsKey: a daemon talks to nobody without a certificate",
    ]);
  }
  const tls = { ca: readFileSync(tlsCa), cert: readFileSync(tlsCert), key: readFileSync(tlsKey) };
  return new Pool(`https://${authority}`, { connect: tls });
}

function unreachable(host: string, cause: unknown): CnmError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason =
    code === "ENOENT" || code === "ECONNREFUSED"
      ? "nobody listens there"
      : code === "EACCES"
        ? "permission denied: you have to be root, or in the group cnm; on Windows, an administrator"
        : message;
  return new CnmError("unavailable", "daemon-unreachable", `cannot connect to the cnm daemon at ${host}: ${reason}`, {
    cause,
  });
}
