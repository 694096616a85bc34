import { request } from "node:http";
import type { Duplex } from "node:stream";
import type { HealthTest } from "../model/health-check.ts";

/** What tests are made with; each gives up when the signal aborts. */
export interface TestTools {
  /** A connection from inside the sandbox. Rejects when none comes about. */
  connect(address: string, port: number, signal: AbortSignal): Promise<Duplex>;
  /** A program inside the sandbox: its exit status, and the beginning of what it wrote. */
  exec(command: readonly string[], signal: AbortSignal): Promise<ProgramEnd>;
}

export interface ProgramEnd {
  readonly status: number;
  readonly output: string;
}

/**
 * Makes a test once. Resolves to what is to be told of a success; rejects with what is to be told of a failure.
 *
 * @param own The task's own addresses, without lengths.
 */
export async function runTest(
  test: HealthTest,
  own: readonly string[],
  tools: TestTools,
  signal: AbortSignal,
): Promise<string> {
  if (test.type === "exec") {
    const { status, output } = await tools.exec(test.command, signal);
    if (status === 0) return output;
    throw new Error(`${test.command[0]} ended with status ${status}${output === "" ? "" : `: ${output}`}`);
  }
  return await anyOf(addressesOf(test.address, own), signal, (address, one) =>
    test.type === "tcp" ? tcp(address, test.port, tools, one) : http(address, test, tools, one),
  );
}

const LOOPBACK = ["127.0.0.1", "::1"];

function addressesOf(address: string | undefined, own: readonly string[]): readonly string[] {
  if (address === "localhost") return LOOPBACK;
  if (address !== undefined) return [address];
  return own.length === 0 ? LOOPBACK : own;
}

/** The first that goes well is enough; the others are let go then. */
async function anyOf(
  addresses: readonly string[],
  signal: AbortSignal,
  attempt: (address: string, signal: AbortSignal) => Promise<string>,
): Promise<string> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const attempts = addresses.map((address) => attempt(address, either));
  try {
    return await Promise.any(attempts);
  } catch (error) {
    signal.throwIfAborted();
    const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    throw new Error(errors.map((one) => (one instanceof Error ? one.message : String(one))).join("; "), {
      cause: error,
    });
  } finally {
    done.abort();
    await Promise.allSettled(attempts);
  }
}

async function tcp(address: string, port: number, { connect }: TestTools, signal: AbortSignal): Promise<string> {
  const connection = await connect(address, port, signal);
  connection.destroy();
  return `${shown(address, port)} takes connections`;
}

async function http(
  address: string,
  { port, path }: HealthTest & { readonly type: "http" },
  { connect }: TestTools,
  signal: AbortSignal,
): Promise<string> {
  const connection = await connect(address, port, signal);
  try {
    const status = await statusOf(connection, shown(address, port), path, signal);
    const said = `${shown(address, port)}${path} answers with status ${status}`;
    if (status >= 200 && status < 400) return said;
    throw new Error(said);
  } finally {
    connection.destroy();
  }
}

/** Of the answer, nothing more is read than its head. */
function statusOf(connection: Duplex, host: string, path: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: () => connection,
      path,
      headers: { host, connection: "close", "user-agent": "cnm-health" },
      signal,
    });
    asked.once("response", (answer) => {
      resolve(answer.statusCode ?? 0);
      answer.destroy();
    });
    // It may go on to fail when the answer is let go.
    asked.on("error", (cause) => reject(new Error(`${host}${path}: ${cause.message}`, { cause })));
    asked.end();
  });
}

const shown = (address: string, port: number): string => `${address.includes(":") ? `[${address}]` : address}:${port}`;
