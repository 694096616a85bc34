import { CnmError } from "@cnm/core";
import { HcnError } from "../hcn/hcn-error.ts";

/** An external virtual switch takes many seconds; more than this means that HNS hangs. */
const LONGEST_CALL = 60_000;
/** In ms: what HNS deletes is gone a moment after it says so, and the service comes back a moment after it stopped. */
const PAUSES = [100, 200, 400, 800, 1_600];

export interface PatienceOptions {
  /** In ms. Default: 60,000. */
  readonly longestCall?: number;
  /** Default: setTimeout. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** The codes of "it is there already" and "it is being used", which may be about an object that is still going. */
const PASSING = new Set([
  0x803b0010, 0x803b0013, 0x803b002c, 0x803b002f, 0x800700b7, 0x80071392, 0x80070034, 0x80070020,
]);
/** HNS itself is coming or going. */
const AWAY = new Set([0x803b0020, 0x800706ba, 0x800706be, 0x800706bf]);

/** How long HNS is waited for, and how often it is asked again. */
export class Patience {
  readonly #longestCall: number;
  readonly #pause: (ms: number) => Promise<void>;

  constructor({ longestCall = LONGEST_CALL, pause = sleep }: PatienceOptions = {}) {
    this.#longestCall = longestCall;
    this.#pause = pause;
  }

  /**
   * One call. When HNS does not answer in time, the waiting ends, not the call: `late` is told what came of it after all.
   * Throws CnmError `unavailable` "hns-silent" naming what was asked.
   */
  async answer<T>(what: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new Silent()), this.#longestCall);
    try {
      return await call(limit.signal);
    } catch (error) {
      if (!limit.signal.aborted) throw error;
      const seconds = Math.round(this.#longestCall / 100) / 10;
      const message = `${what}: HNS has not answered for ${seconds} s; if it stays so, restart the service hns`;
      throw new CnmError("unavailable", "hns-silent", message, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Again and again, with longer and longer pauses, as long as what is in the way is likely to go: an object that is being
   * deleted, or HNS being away. `blocked` looks whether somebody else's object is in the way, and throws then.
   */
  async insist<T>(attempt: () => Promise<T>, blocked: (error: HcnError) => Promise<void>): Promise<T> {
    for (const pause of PAUSES) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof HcnError)) throw error;
        if (PASSING.has(error.hresult)) await blocked(error);
        else if (!AWAY.has(error.hresult)) throw error;
      }
      await this.#pause(pause);
    }
    return await attempt();
  }
}

class Silent extends Error {
  constructor() {
    super("no answer");
  }
}

export const isSilence = (error: unknown): boolean => error instanceof CnmError && error.code === "hns-silent";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
