import type { Logger } from "../contracts/logger.ts";
import type { Drift, Platform } from "../contracts/platform.ts";
import { reasonOf } from "./operation-error.ts";

export interface DriftWatchOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly onDrift: (drift: Drift) => void;
  /** Called after drift, and never while it is still at work: what comes meanwhile leads to one more call. */
  readonly repair?: () => Promise<unknown>;
}

/** Listens to what the kernel says, from the first start until it is closed. */
export class DriftWatch {
  readonly #options: DriftWatchOptions;
  readonly #end = new AbortController();
  #listening: Promise<void> | undefined;
  #repairing: Promise<void> | undefined;
  #again = false;

  constructor(options: DriftWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#listening ??= this.#listen();
  }

  /** As after drift, for a reason that the kernel does not know. */
  repairSoon(): void {
    const { repair } = this.#options;
    if (repair === undefined) return;
    this.#again = true;
    this.#repairing ??= this.#repair(repair).finally(() => {
      this.#repairing = undefined;
    });
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#listening;
    await this.#repairing;
  }

  async #listen(): Promise<void> {
    const { platform, logger, onDrift } = this.#options;
    try {
      for await (const drift of platform.watch({ signal: this.#end.signal })) {
        onDrift(drift);
        this.repairSoon();
      }
    } catch (error) {
      if (!this.#end.signal.aborted) logger.error({ err: error }, `drift is not seen any more: ${reasonOf(error)}`);
    }
  }

  async #repair(repair: () => Promise<unknown>): Promise<void> {
    while (this.#again && !this.#end.signal.aborted) {
      this.#again = false;
      try {
        await repair();
      } catch (error) {
        this.#options.logger.error({ err: error }, `drift is not mended: ${reasonOf(error)}`);
      }
    }
  }
}
