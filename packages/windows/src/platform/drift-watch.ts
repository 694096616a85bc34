import type { CallOptions, Drift } from "@cnm/core";
import type { HcnClient } from "../hcn/hcn-client.ts";
import type { HcnNotification } from "../hcn/notification.ts";
import type { WindowsResource } from "../resources/resource.ts";

/** In ms: HNS tells of networks and namespaces that come and go, but of endpoints and policies nobody tells. */
const POLL_EVERY = 10_000;

export interface HnsWatchParts {
  readonly client: Pick<HcnClient, "notifications">;
  /** Everything of ours. */
  readonly observe: () => Promise<readonly WindowsResource[]>;
  /** Waits; resolves early when the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What may be drift: what HNS says, and what is different from the last look without our doing. */
export class HnsWatch {
  readonly #parts: HnsWatchParts;
  /** Keys that we are changing, or have changed since the last look: of these, nothing is reported. */
  readonly #touched = new Set<string>();

  constructor(parts: HnsWatchParts) {
    this.#parts = parts;
  }

  touched(keys: readonly string[]): void {
    for (const key of keys) this.#touched.add(key);
  }

  /** From the moment of the call. Ends when the signal aborts or the reader leaves. */
  watch({ signal }: CallOptions = {}): AsyncIterable<Drift> {
    const end = new AbortController();
    const stop = (): void => end.abort();
    if (signal?.aborted === true) stop();
    signal?.addEventListener("abort", stop, { once: true });
    const unread = new Map<string, Drift>();
    let wake = (): void => undefined;
    const report = (drift: Drift): void => {
      unread.set(`${drift.kind} ${drift.detail}`, drift);
      wake();
    };
    end.signal.addEventListener("abort", () => wake(), { once: true });
    const listening = end.signal.aborted ? undefined : this.#listen(report, end.signal);
    const polling = end.signal.aborted ? undefined : this.#poll(report, end.signal);

    async function* values(): AsyncGenerator<Drift, void, undefined> {
      try {
        for (;;) {
          const [first] = unread;
          if (first !== undefined) {
            unread.delete(first[0]);
            yield first[1];
          } else if (end.signal.aborted) return;
          else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      } finally {
        stop();
        signal?.removeEventListener("abort", stop);
        await Promise.all([listening, polling]);
      }
    }
    return values();
  }

  async #listen(report: (drift: Drift) => void, signal: AbortSignal): Promise<void> {
    for await (const notification of this.#parts.client.notifications({ signal })) {
      const drift = driftOf(notification);
      if (drift !== undefined && !this.#isOurs(notification)) report(drift);
    }
  }

  #isOurs(notification: HcnNotification): boolean {
    const id = notification.type === "Relist" ? undefined : notification.id;
    return id !== undefined && [...this.#touched].some((key) => key.endsWith(` ${id}`));
  }

  async #poll(report: (drift: Drift) => void, signal: AbortSignal): Promise<void> {
    const { observe, pause = sleep } = this.#parts;
    let known: ReadonlyMap<string, string> | undefined;
    while (!signal.aborted) {
      const ours = new Set(this.#touched);
      this.#touched.clear();
      // HNS being away is told by its own notification.
      const found = await observe().catch(() => undefined);
      if (found !== undefined) {
        const now = new Map(found.map((resource) => [resource.key, JSON.stringify(resource)]));
        for (const key of changedKeys(known ?? now, now)) {
          if (!ours.has(key) && !this.#touched.has(key)) report(changeOf(key, known, now));
        }
        known = now;
      }
      await pause(POLL_EVERY, signal);
    }
  }
}

function changeOf(
  key: string,
  before: ReadonlyMap<string, string> | undefined,
  now: ReadonlyMap<string, string>,
): Drift {
  const what = !now.has(key) ? "gone" : before?.has(key) === true ? "changed" : "new";
  return { kind: key.slice(0, key.indexOf(" ")), detail: `${key} is ${what}` };
}

function changedKeys(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...before.keys(), ...now.keys()])].filter((key) => before.get(key) !== now.get(key));
}

/** Announcements of what is yet to happen say nothing, and guests of virtual machines are not ours. */
function driftOf(notification: HcnNotification): Drift | undefined {
  switch (notification.type) {
    case "Relist":
      return { kind: "hns", detail: "HNS was away: everything may be different" };
    case "NetworkDelete":
      return { kind: "hcn-network", detail: `NetworkDelete ${notification.id ?? ""}`.trim() };
    case "NamespaceDelete":
      return { kind: "hcn-namespace", detail: `NamespaceDelete ${notification.id ?? ""}`.trim() };
    case "NetworkEndpointDetached":
      return { kind: "hcn-endpoint", detail: `NetworkEndpointDetached ${notification.id ?? ""}`.trim() };
    default:
      return undefined;
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
  });
}
