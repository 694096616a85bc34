import { serveTcp } from "@cnm/core/nameserver";
import type { AnswerMessage, QueryMessage } from "./messages.ts";
import { serveUdp } from "./serve-udp.ts";

export interface DnsPlace {
  readonly address: string;
  readonly port: number;
  readonly idleTimeout: number;
}

export interface DnsEvents {
  /** What has come in since the last time. */
  queries(queries: readonly QueryMessage[]): void;
  broken(error: unknown): void;
}

export interface DnsServer {
  /** Answers to queries, by their numbers, in any order and at any time. */
  answer(answers: readonly AnswerMessage[]): void;
  close(): Promise<void>;
}

type Waiting = (answer: Uint8Array | undefined) => void;

/** Takes DNS queries over UDP and TCP, hands them on, and sends what they are answered with. */
export async function serveDns({ address, port, idleTimeout }: DnsPlace, events: DnsEvents): Promise<DnsServer> {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let batch: QueryMessage[] = [];

  /** Queries of one turn of the event loop cross to the other thread together. */
  const ask = (via: QueryMessage["via"], peer: QueryMessage["peer"], query: Uint8Array, settle: Waiting): void => {
    const number = ++last;
    waiting.set(number, settle);
    if (batch.length === 0) setImmediate(handOn);
    // A copy of its own: to cross, it takes all of the memory along that it is a part of.
    batch.push({ number, via, peer: { address: peer.address, port: peer.port }, query: new Uint8Array(query) });
  };
  const handOn = (): void => {
    const queries = batch;
    batch = [];
    events.queries(queries);
  };

  const udp = await serveUdp({ address, port }, ask, events.broken);
  try {
    const tcp = await serveTcp(
      { host: address, port: udp.port },
      {
        idleTimeout,
        failed: events.broken,
        answer: (query, via, peer) => new Promise((resolve) => ask(via, peer, query, resolve)),
      },
    );
    return {
      answer(answers) {
        for (const { number, answer } of answers) {
          const settle = waiting.get(number);
          waiting.delete(number);
          settle?.(answer);
        }
      },
      async close() {
        await Promise.all([udp.close(), tcp.close()]);
        waiting.clear();
      },
    };
  } catch (error) {
    await udp.close();
    throw error;
  }
}
