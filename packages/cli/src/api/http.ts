import { readFileSync } from "node:fs";
import { type IncomingMessage, request as plainRequest, type RequestOptions } from "node:http";
import { connect } from "node:net";
import { CliError } from "../errors.ts";
import { addressText, type HostAddress } from "./host-address.ts";
import { type Json, textAt } from "./json.ts";

export interface Call {
  readonly method: "GET" | "POST" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly body?: Json;
}

/** The daemon is not there, and has not had the request; as opposed to one that says no. */
export class NoDaemonError extends CliError {}

/** The daemon said no: `status` is HTTP's, the message its own. */
export class ApiError extends CliError {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** One request on a connection of its own. Throws {@link NoDaemonError} and {@link ApiError}. */
export async function send(address: HostAddress, call: Call): Promise<IncomingMessage> {
  const response = await exchange(address, call);
  const { statusCode = 500 } = response;
  if (statusCode < 400) return response;
  const text = await textOf(response);
  throw new ApiError(statusCode, messageOf(text) || `${call.method} ${call.path}: HTTP status ${statusCode}`);
}

async function exchange(address: HostAddress, { method, path, body }: Call): Promise<IncomingMessage> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    host: address.kind === "tls" ? `${address.host}:${address.port}` : "cnm",
    ...(text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
  };
  const start = await starter(address);
  return await new Promise((resolve, reject) => {
    const request = start({ method, path, headers });
    request.once("response", resolve);
    request.once("error", (cause) => reject(connectionError(address, cause)));
    request.end(text);
  });
}

type Start = (options: RequestOptions) => ReturnType<typeof plainRequest>;

async function starter(address: HostAddress): Promise<Start> {
  // A connection of our own making goes past Node's agent, which compiles its patterns of addresses first: 5 ms.
  if (address.kind === "socket") {
    return (options) => plainRequest({ ...options, createConnection: () => connect(address.path) });
  }
  const { request } = await import("node:https");
  const { host, port, files } = address;
  const tls = { ca: certificate(files.ca), cert: certificate(files.cert), key: certificate(files.key) };
  return (options) => request({ ...options, host, port, agent: false, ...tls });
}

function certificate(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`over TCP both sides show certificates, but ${path} cannot be read: ${why}`, { cause });
  }
}

const ABSENT = new Set(["ENOENT", "ECONNREFUSED"]);

const BROKEN = new Set(["ECONNRESET", "EPIPE"]);

/**
 * A socket of this machine breaks where the daemon did not live to read the whole request. Where it had read it and gave no answer,
 * nothing breaks: the connection ends, for which Node has an ECONNRESET too, of no system call.
 */
const isUnread = (address: HostAddress, { code = "", syscall }: NodeJS.ErrnoException): boolean =>
  address.kind === "socket" && BROKEN.has(code) && syscall !== undefined;

function connectionError(address: HostAddress, cause: NodeJS.ErrnoException): CliError {
  const where = addressText(address);
  const { code = "" } = cause;
  if (code === "EACCES" || code === "EPERM") {
    return new CliError(`you may not talk to the daemon at ${where}: only root and the group cnm may`, { cause });
  }
  if (ABSENT.has(code))
    return new NoDaemonError(`no daemon listens at ${where}: start it with "cnm daemon"`, { cause });
  if (isUnread(address, cause)) {
    return new NoDaemonError(`the daemon at ${where} has gone before it took the request: ${cause.message}`, { cause });
  }
  return new CliError(`cannot talk to the daemon at ${where}: ${cause.message}`, { cause });
}

export async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function messageOf(text: string): string {
  try {
    const parsed: Json = JSON.parse(text);
    return textAt(parsed, "message");
  } catch {
    // An answer that is not the daemon's own, a proxy's perhaps: its text is all there is.
    return text.trim();
  }
}
