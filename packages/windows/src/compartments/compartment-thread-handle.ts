import { Worker } from "node:worker_threads";
import { CnmError, type NameServerPeer, type NameServerSpec } from "@cnm/core";
import { CrossingConnection } from "./crossing-connection.ts";
import type { Exchange, ExchangeEvents } from "./thread/exchange.ts";
import type { AnswerMessage, Failure, FromThread, QueryMessage, ThreadData, ToThread } from "./thread/messages.ts";

type Exchanging = Omit<Extract<ToThread, { type: "exchange" }>, "type" | "exchange">;

/** Names and sockets need little; a thread is not to take what a program may. */
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

interface Server {
  readonly spec: NameServerSpec;
  settle(failure: Failure | undefined): void;
  closed(): void;
}

/** A thread in a compartment, as this one sees it. */
export class CompartmentThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #servers = new Map<number, Server>();
  readonly #exchanges = new Map<number, ExchangeEvents>();
  readonly #connections = new Map<number, CrossingConnection>();
  #last = 0;
  #failure: Error | undefined;

  /** Throws CnmError `unavailable` when the thread cannot enter. */
  static async start(file: URL, data: ThreadData): Promise<CompartmentThread> {
    const worker = new Worker(file, { workerData: data, resourceLimits: LIMITS });
    await new Promise<void>((resolve, reject) => {
      worker.once("message", () => {
        worker.off("error", reject);
        resolve();
      });
      worker.once("error", reject);
    }).catch((cause) => {
      const message = `cannot enter network compartment ${data.compartment}: ${cause.message}`;
      throw new CnmError("unavailable", "compartment", message, { cause });
    });
    return new CompartmentThread(worker, data.compartment);
  }

  private constructor(worker: Worker, compartment: number) {
    this.#worker = worker;
    worker.on("message", (message: FromThread) => this.#hear(message));
    worker.on("error", (cause) => {
      const message = `the thread in network compartment ${compartment} has ended: ${cause.message}`;
      this.#failure = new CnmError("internal", "compartment", message, { cause });
    });
    this.#ended = new Promise((resolve) => {
      worker.once("exit", () => {
        this.#abandon();
        resolve();
      });
    });
  }

  /** Resolves to the server's number, when it serves. */
  async serve(spec: NameServerSpec): Promise<number> {
    const { address, port = 53, idleTimeout = 10_000 } = spec;
    const server = this.#number();
    const failure = await new Promise<Failure | undefined>((settle) => {
      this.#servers.set(server, { spec, settle, closed: () => undefined });
      this.#say({ type: "serve", server, address, port, idleTimeout });
    });
    if (failure === undefined) return server;
    this.#servers.delete(server);
    throw notServing(spec, failure);
  }

  async close(server: number): Promise<void> {
    const open = this.#servers.get(server);
    if (open === undefined) return;
    await new Promise<void>((closed) => {
      this.#servers.set(server, { ...open, closed });
      this.#say({ type: "close", server });
    });
    this.#servers.delete(server);
  }

  exchange(wanted: Exchanging, events: ExchangeEvents): Exchange {
    const exchange = this.#number();
    this.#exchanges.set(exchange, events);
    this.#say({ type: "exchange", exchange, ...wanted });
    return {
      close: () => {
        if (this.#exchanges.delete(exchange)) this.#say({ type: "leave", exchange });
      },
    };
  }

  /** It is on its way; its receiver closes it. */
  connect({ address, port }: NameServerPeer): CrossingConnection {
    const number = this.#number();
    const connection = new CrossingConnection((said) => this.#say({ ...said, connection: number }));
    this.#connections.set(number, connection);
    this.#say({ type: "connect", connection: number, address, port });
    return connection;
  }

  async end(): Promise<void> {
    this.#say({ type: "end" });
    await this.#ended;
  }

  #number(): number {
    if (this.#failure !== undefined) throw this.#failure;
    return ++this.#last;
  }

  #say(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromThread): void {
    switch (message.type) {
      case "entered":
        break;
      case "serving":
        this.#servers.get(message.server)?.settle(undefined);
        break;
      case "not-serving":
        this.#servers.get(message.server)?.settle(message.failure);
        break;
      case "closed":
        this.#servers.get(message.server)?.closed();
        break;
      case "broken":
        this.#servers.get(message.server)?.spec.onFailure?.(new Error(message.failure.message));
        break;
      case "queries":
        this.#answer(message.server, message.queries);
        break;
      case "answer":
        this.#exchanges.get(message.exchange)?.answer(message.answer);
        break;
      case "no-answer":
        this.#exchanges.get(message.exchange)?.failed(new Error(message.failure.code));
        this.#exchanges.delete(message.exchange);
        break;
      default:
        this.#connections.get(message.connection)?.hear(message);
        if (message.type === "gone") this.#connections.delete(message.connection);
    }
  }

  /** What is answered at once goes back together; what is promised, when it is known. */
  #answer(server: number, queries: readonly QueryMessage[]): void {
    const spec = this.#servers.get(server)?.spec;
    if (spec === undefined) return;
    const failed = spec.onFailure ?? (() => undefined);
    const answers: AnswerMessage[] = [];
    const send = (sent: readonly AnswerMessage[]): void => this.#say({ type: "answers", server, answers: sent });
    for (const { number, via, peer, query } of queries) {
      try {
        const result = spec.answer(query, via, peer);
        if (result instanceof Promise) {
          result.then(
            (answer) => send([answerMessage(number, answer)]),
            (error) => {
              send([{ number }]);
              failed(error);
            },
          );
        } else answers.push(answerMessage(number, result));
      } catch (error) {
        answers.push({ number });
        failed(error);
      }
    }
    if (answers.length > 0) send(answers);
  }

  /** The thread has ended, asked to or not: nobody waits for it any longer. */
  #abandon(): void {
    const failure = this.#failure;
    const said = { code: "ENDED", message: failure?.message ?? "the platform has been closed" };
    for (const { settle, closed, spec } of this.#servers.values()) {
      settle(said);
      closed();
      if (failure !== undefined) spec.onFailure?.(failure);
    }
    for (const { failed } of this.#exchanges.values()) failed(new Error(said.message));
    for (const [connection, one] of this.#connections) {
      one.hear({ type: "gone", connection, failure: said });
    }
    this.#servers.clear();
    this.#exchanges.clear();
    this.#connections.clear();
  }
}

/** A copy of its own: to cross, an answer takes all of the memory along that it is a part of. */
const answerMessage = (number: number, answer: Uint8Array | undefined): AnswerMessage =>
  answer === undefined ? { number } : { number, answer: new Uint8Array(answer) };

function notServing({ address, port = 53, namespacePath }: NameServerSpec, { code, message }: Failure): CnmError {
  const where = `${address} port ${port} in ${namespacePath}`;
  if (code === "EADDRINUSE" || code === "EACCES") {
    const who =
      "another program of this sandbox has it, or Windows keeps it (netsh int ipv4 show excludedportrange udp)";
    return new CnmError("conflict", "port-in-use", `no name server at ${where}: ${who}`);
  }
  if (code === "EADDRNOTAVAIL") {
    return new CnmError(
      "unavailable",
      "name-server",
      `no name server at ${where}: the sandbox has no such address yet`,
    );
  }
  return new CnmError("internal", "name-server", `no name server at ${where}: ${message}`);
}
