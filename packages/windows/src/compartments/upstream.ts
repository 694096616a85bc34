import { CnmError, type NameServerPeer, type NameServerUpstream, type Vantage, type Via } from "@cnm/core";
import { DNS_HEADER } from "@cnm/core/nameserver";
import type { CompartmentThread } from "./compartment-thread-handle.ts";
import { type Exchange, type ExchangeEvents, openExchange } from "./thread/exchange.ts";

type Take = (
  namespacePath: string,
) => Promise<{ readonly thread: CompartmentThread; readonly give: () => Promise<void> }>;

type Accepts = (answer: Uint8Array) => boolean;

/** Asks other servers: from the host on this thread, from a sandbox on its compartment's. */
export function compartmentUpstream(take: Take): NameServerUpstream {
  const ask = async (
    via: Via,
    from: Vantage,
    to: NameServerPeer,
    query: Uint8Array,
    signal: AbortSignal,
    accepts: Accepts,
  ): Promise<Uint8Array> => {
    signal.throwIfAborted();
    if (from === "host") {
      return await exchanged(to, signal, accepts, (events) => openExchange(via, to, query, events));
    }
    const { thread, give } = await take(from.namespacePath);
    try {
      signal.throwIfAborted();
      const wanted = { via, to, query: new Uint8Array(query) };
      return await exchanged(to, signal, accepts, (events) => thread.exchange(wanted, events));
    } finally {
      await give();
    }
  };
  return {
    exchangeUdp: (from, to, query, signal, accepts = (answer) => hasIdOf(query, answer)) =>
      ask("udp", from, to, query, signal, accepts),
    exchangeTcp: (from, to, query, signal) => ask("tcp", from, to, query, signal, () => true),
  };
}

/** Resolves to the answer that counts; the exchange is closed in any case. */
function exchanged(
  { address, port }: NameServerPeer,
  signal: AbortSignal,
  accepts: Accepts,
  open: (events: ExchangeEvents) => Exchange,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      exchange.close();
      reject(signal.reason);
    };
    const done = (): void => signal.removeEventListener("abort", aborted);
    const exchange = open({
      answer(message) {
        if (!accepts(message)) return;
        done();
        exchange.close();
        resolve(message);
      },
      failed(cause) {
        done();
        const why = "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
        const message = `name server ${address} port ${port}: ${why}`;
        reject(new CnmError("unavailable", "name-server-unreachable", message, { cause }));
      },
    });
    signal.addEventListener("abort", aborted, { once: true });
  });
}

/** Guesses of somebody who forges the server's address do not end the waiting. */
const hasIdOf = (query: Uint8Array, answer: Uint8Array): boolean =>
  answer.length >= DNS_HEADER && answer[0] === query[0] && answer[1] === query[1];
