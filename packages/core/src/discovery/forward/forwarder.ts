import { randomInt } from "node:crypto";
import type { SandboxId } from "../../model/ids.ts";
import { DEFAULT_UDP } from "../wire/constants.ts";
import type { Query } from "../wire/query.ts";
import { type AnswerOptions, writeAnswer } from "../wire/write-answer.ts";
import { AnswerCache, type CacheOptions } from "./answer-cache.ts";
import { askServer } from "./ask-server.ts";
import { type Clock, systemClock } from "./clock.ts";
import { hedged } from "./hedged.ts";
import { passOn } from "./pass-on.ts";
import { Slots } from "./slots.ts";
import { type RateLimit, TokenBuckets } from "./token-bucket.ts";
import type { Transport, UpstreamServer } from "./transport.ts";
import type { UpstreamAnswer } from "./upstream-answer.ts";
import { upstreamKey } from "./upstream-query.ts";

export interface ForwarderOptions extends Transport {
  readonly clock?: Clock;
  /** Numbers in [0, 1) that nobody can foresee: ids of messages are made of them, and the moments of asking again. */
  readonly random?: () => number;
  /** How long a server is waited for before the next one is asked beside it, an eighth more or less. Default: 400 ms. */
  readonly hedgeMs?: number;
  /** What we take over UDP. Default: 1,232 bytes. */
  readonly udpSize?: number;
  readonly cache?: CacheOptions;
  /** Of one sandbox; what the cache answers does not count. Default: 500 a second, 1,000 at once. */
  readonly rate?: RateLimit;
  /** Questions under way at once; as many again wait in line. Default: 1,024. */
  readonly concurrent?: number;
}

export interface ForwardRequest {
  /** Who asks: for the rate. */
  readonly client: SandboxId;
  readonly query: Query;
  /** Where the servers are asked from. */
  readonly from: UpstreamServer["from"];
  /** In order. The first three count, as in resolv.conf(5). */
  readonly servers: readonly string[];
  /** How the client asked, and so how long the answer may be. */
  readonly transport: "udp" | "tcp";
}

export interface Forwarder {
  /**
   * The bytes of the answer, within 5 s. Where nobody knows: SERVFAIL; where too much is asked: REFUSED.
   * @throws signal.reason, and nothing else
   */
  forward(request: ForwardRequest, options?: { readonly signal?: AbortSignal }): Promise<Uint8Array>;
  /** Forgets all answers: the host is on another network now. */
  clear(): void;
  /** Aborts what is under way: it gets SERVFAIL. */
  close(): void;
}

/** resolv.conf(5), MAXNS */
const MOST_SERVERS = 3;
const ROUNDS = 3;
/** Clients give up after 5 s. Some earlier than others, so that not all that came at equal distances ends when another comes. */
const DEADLINE_MS = { latest: 4500, spread: 200 };
const PATIENCE_MS = 2000;

/** Asks name servers what is not ours to know. It opens nothing itself. */
export function createForwarder(options: ForwarderOptions): Forwarder {
  return new HedgingForwarder(options);
}

/** A question under way, and how many wait for its answer. */
interface Flight {
  readonly answer: Promise<Outcome>;
  readonly call: Call;
  waiting: number;
}

/** What ends a question early: nobody wants the answer any more. */
interface Call {
  cancel: () => void;
  isCancelled: boolean;
}

type Outcome = UpstreamAnswer | "failed" | "busy";

class HedgingForwarder implements Forwarder {
  readonly #options: ForwarderOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #cache: AnswerCache;
  readonly #buckets: TokenBuckets;
  readonly #slots: Slots;
  readonly #flights = new Map<string, Flight>();
  #closed = false;

  constructor(options: ForwarderOptions) {
    const { clock = systemClock, concurrent = 1024, rate = { perSecond: 500, burst: 1000 } } = options;
    this.#options = options;
    this.#clock = clock;
    this.#random = options.random ?? unforeseeable;
    this.#cache = new AnswerCache(options.cache ?? {}, clock.now);
    this.#buckets = new TokenBuckets(rate, clock.now);
    this.#slots = new Slots(concurrent, concurrent, clock);
  }

  async forward(request: ForwardRequest, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const { query, transport } = request;
    const answerOptions: AnswerOptions = { udpSize: this.#options.udpSize, transport };
    const servers = request.servers.slice(0, MOST_SERVERS);
    const key = `${request.from} ${servers.join(",")} ${upstreamKey(query)}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined) return passOn(cached.answer, query, answerOptions, cached.ageSeconds);
    if (!this.#buckets.take(request.client)) return writeAnswer(query, REFUSED, answerOptions);

    const outcome = await this.#wait(key, this.#join(key, { ...request, servers }), signal);
    if (outcome === "busy") return writeAnswer(query, REFUSED, answerOptions);
    if (outcome === "failed") return writeAnswer(query, SERVFAIL, answerOptions);
    return passOn(outcome, query, answerOptions);
  }

  clear(): void {
    this.#cache.clear();
  }

  close(): void {
    this.#closed = true;
    for (const { call } of this.#flights.values()) end(call);
  }

  /** Equal questions go out once. */
  #join(key: string, request: ForwardRequest): Flight {
    const there = this.#flights.get(key);
    if (there !== undefined) return there;
    const call: Call = { cancel: () => undefined, isCancelled: this.#closed };
    const answer = this.#fly(request, call);
    const flight: Flight = { answer: answer.finally(() => this.#land(key, flight)), call, waiting: 0 };
    this.#flights.set(key, flight);
    void flight.answer.then((outcome) => {
      if (typeof outcome !== "string") this.#cache.put(key, outcome);
    });
    return flight;
  }

  async #fly(request: ForwardRequest, call: Call): Promise<Outcome> {
    const { hedgeMs = 400, udpSize = DEFAULT_UDP } = this.#options;
    const began = this.#clock.now();
    if (!(await this.#slots.take(PATIENCE_MS))) return "busy";
    try {
      if (call.isCancelled) return "failed";
      const askOptions = { transport: this.#options, random: this.#random, udpSize };
      const race = hedged(
        request.servers.map((address): UpstreamServer => ({ address, from: request.from })),
        (server, losing) => askServer(server, request.query, askOptions, losing),
        {
          clock: this.#clock,
          delayMs: hedgeMs,
          rounds: ROUNDS,
          random: this.#random,
          deadlineMs: DEADLINE_MS.latest - DEADLINE_MS.spread * this.#random() - (this.#clock.now() - began),
        },
      );
      call.cancel = () => race.cancel();
      return (await race.answer) ?? "failed";
    } finally {
      this.#slots.give();
    }
  }

  #land(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  /** The last one who does not wait any longer takes the question back. */
  async #wait(key: string, flight: Flight, signal: AbortSignal | undefined): Promise<Outcome> {
    flight.waiting++;
    if (signal === undefined) return flight.answer;
    return new Promise((resolve, reject) => {
      const leave = () => {
        flight.waiting--;
        if (flight.waiting === 0) {
          this.#land(key, flight);
          end(flight.call);
        }
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      void flight.answer.then((outcome) => {
        signal.removeEventListener("abort", leave);
        resolve(outcome);
      });
    });
  }
}

function end(call: Call): void {
  call.isCancelled = true;
  call.cancel();
}

const SERVFAIL = { type: "refuse", rcode: "SERVFAIL" } as const;
const REFUSED = { type: "refuse", rcode: "REFUSED" } as const;

const unforeseeable = (): number => randomInt(0x1_0000_0000) / 0x1_0000_0000;
