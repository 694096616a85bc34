import { RCODE } from "../wire/constants.ts";
import type { Query } from "../wire/query.ts";
import type { Transport, UpstreamServer } from "./transport.ts";
import { readUpstreamAnswer, type UpstreamAnswer } from "./upstream-answer.ts";
import { upstreamQuery } from "./upstream-query.ts";

export interface AskOptions {
  readonly transport: Transport;
  /** Numbers in [0, 1) that nobody can foresee. */
  readonly random: () => number;
  readonly udpSize: number | undefined;
}

/** Asks one server: over UDP, and over TCP where the answer is too long. Undefined: it does not know, or will not say. */
export async function askServer(
  server: UpstreamServer,
  query: Query,
  options: AskOptions,
  signal: AbortSignal,
): Promise<UpstreamAnswer | undefined> {
  const answer = await exchange(server, query, options, signal);
  if (answer === undefined) return undefined;
  // Older than EDNS (RFC 6891 §7).
  if (options.udpSize !== undefined && answer.opt === undefined && NO_EDNS.has(answer.rcode)) {
    return askServer(server, query, { ...options, udpSize: undefined }, signal);
  }
  return answer.rcode === RCODE.SERVFAIL || answer.rcode === RCODE.REFUSED ? undefined : answer;
}

const NO_EDNS: ReadonlySet<number> = new Set([RCODE.FORMERR, RCODE.NOTIMP]);

async function exchange(
  server: UpstreamServer,
  query: Query,
  { transport, random, udpSize }: AskOptions,
  signal: AbortSignal,
): Promise<UpstreamAnswer | undefined> {
  const ask = () => {
    const id = Math.floor(random() * 0x1_0000);
    return {
      bytes: upstreamQuery(query, { id, udpSize }),
      read: (got: Uint8Array) => readUpstreamAnswer(got, query, id),
    };
  };
  const first = ask();
  const accepts = (got: Uint8Array) => first.read(got) !== undefined;
  const answer = first.read(await transport.exchangeUdp(server, first.bytes, signal, accepts));
  if (answer?.truncated !== true) return answer;
  const second = ask();
  const whole = second.read(await transport.exchangeTcp(server, second.bytes, signal));
  return whole?.truncated === true ? undefined : whole;
}
