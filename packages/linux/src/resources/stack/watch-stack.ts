import type { Drift } from "@cnm/core";
import { DecodeError } from "../../netlink/decode-error.ts";
import type { NetlinkMessage } from "../../netlink/message.ts";
import type { Monitor, MonitorListener } from "../../netlink/monitor.ts";
import { namespaceId } from "../../route/namespace-id.ts";
import type { HandlerChange } from "../handler.ts";
import type { Expectation, Expectations } from "./expectations.ts";
import { namespacesOf, observeNamed } from "./observe-stack.ts";
import type { StackResource } from "./stack-change.ts";
import type { StackContext } from "./stack-context.ts";
import { stackDifference } from "./stack-difference.ts";
import { suspectsOf } from "./suspicion.ts";

/** A monitor of links, addresses and routes in the host's namespace, and in all that it has given a number. */
export type OpenStackMonitor = (listener: MonitorListener) => Monitor;

export interface StackWatch extends Disposable {
  /** A change has been made: hears out what was said of it, before anything in it counts as there. */
  follow(change: HandlerChange<StackResource>): Promise<void>;
  /** Looks at what has waited for the end of a change. */
  resume(): void;
}

/**
 * Reports what of ours is gone or altered. A notification is only a reason to look, and what is reported is what was seen:
 * so nothing is that has been mended meanwhile, and a burst of notifications is one look. The same is said once, until it has
 * been well again.
 */
export function watchStack(
  context: StackContext,
  expectations: Expectations,
  openMonitor: OpenStackMonitor,
  onDrift: (drift: Drift) => void,
): StackWatch {
  return new Watch(context, expectations, openMonitor, onDrift);
}

class Watch implements StackWatch {
  readonly #context: StackContext;
  readonly #expectations: Expectations;
  readonly #onDrift: (drift: Drift) => void;
  readonly #monitor: Monitor;
  readonly #paths = new Map<number, string>();
  /** Namespaces that spoke before it was known which they are; absent once that is over. */
  #early: Set<number> | undefined = new Set();
  readonly #suspects = new Set<Expectation>();
  /** What is known to be bad, and how. */
  readonly #told = new Map<Expectation, string>();
  #looking = false;
  #ended = false;

  constructor(
    context: StackContext,
    expectations: Expectations,
    openMonitor: OpenStackMonitor,
    onDrift: (drift: Drift) => void,
  ) {
    this.#context = context;
    this.#expectations = expectations;
    this.#onDrift = onDrift;
    this.#monitor = openMonitor({
      onMessage: (message, id) => this.#hear(message, id),
      onOverrun: () => onDrift({ kind: "link", detail: "rtnetlink notifications were lost: something may be missed" }),
    });
    void this.#begin();
  }

  async follow({ remove, add }: HandlerChange<StackResource>): Promise<void> {
    for (const resource of remove) if (resource.kind === "netns") this.#forget(resource.path);
    for (const path of namespacesOf(add)) await this.#number(path);
    if (!this.#ended) this.#monitor.drain();
  }

  resume(): void {
    void this.#look();
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#suspects.clear();
    this.#monitor[Symbol.dispose]();
  }

  async #begin(): Promise<void> {
    for (const path of namespacesOf(this.#expectations.all().map(({ resource }) => resource))) await this.#number(path);
    const early = new Set([...(this.#early ?? [])].map((id) => this.#paths.get(id)));
    this.#early = undefined;
    if (early.size === 0) return;
    for (const one of this.#expectations.all())
      if (namespacesOf([one.resource]).some((path) => early.has(path))) this.#suspects.add(one);
    this.resume();
  }

  /** A namespace that is gone has no number, and nothing is heard of it. */
  async #number(path: string): Promise<void> {
    const { pool } = this.#context;
    try {
      const id = await pool.useIfThere(path, ({ namespace }) => namespaceId(pool.host.route(), namespace.fd));
      if (id !== undefined) this.#paths.set(id, path);
    } catch (error) {
      if (!this.#ended) this.#onDrift({ kind: "netns", detail: `changes in ${path} are not seen: ${String(error)}` });
    }
  }

  #forget(path: string): void {
    for (const [id, known] of this.#paths) if (known === path) this.#paths.delete(id);
  }

  #hear(message: NetlinkMessage, id: number | undefined): void {
    const path = id === undefined ? undefined : this.#paths.get(id);
    if (id !== undefined && path === undefined) {
      this.#early?.add(id);
      return;
    }
    const suspects = this.#suspectsOf(message, path);
    if (suspects.length === 0) return;
    for (const one of suspects) this.#suspects.add(one);
    this.resume();
  }

  #suspectsOf(message: NetlinkMessage, path: string | undefined): readonly Expectation[] {
    try {
      return suspectsOf(message, path, {
        at: (place) => this.#expectations.at(place),
        isKnownBad: (one) => this.#told.has(one),
        sayAgain: (one) => void this.#told.delete(one),
        anyBad: this.#told.size > 0,
        indexOf: (name) => this.#context.pool.host.route().interfaceIndex(name),
      });
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#onDrift({ kind: "link", detail: `a notification cannot be read: ${error.message}` });
      return [];
    }
  }

  /** One at a time; what is said meanwhile leads to one more. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      for (;;) {
        await turn();
        const settled = [...this.#suspects].filter(({ arriving }) => !arriving);
        for (const one of settled) this.#suspects.delete(one);
        for (const one of this.#told.keys()) if (!this.#expectations.has(one)) this.#told.delete(one);
        const asked = settled.filter((one) => this.#expectations.has(one));
        if (asked.length === 0) return;
        await this.#compare(asked);
      }
    } finally {
      this.#looking = false;
    }
  }

  async #compare(asked: readonly Expectation[]): Promise<void> {
    let differences: readonly (string | undefined)[];
    try {
      const found = await observeNamed(
        this.#context,
        asked.map(({ resource }) => resource),
      );
      const byKey = new Map(found.map((resource) => [resource.key, resource]));
      differences = asked.map(({ resource }) => {
        const there = byKey.get(resource.key);
        return there === undefined ? "is gone" : stackDifference(resource, there);
      });
    } catch (error) {
      differences = asked.map(() => `may have changed (${String(error)})`);
    }
    for (const [at, one] of asked.entries()) this.#tell(one, differences[at]);
  }

  #tell(one: Expectation, difference: string | undefined): void {
    // Struck off or made anew while it was looked for: then this is no news.
    if (this.#ended || !this.#expectations.has(one) || this.#told.get(one) === difference) return;
    if (difference === undefined) this.#told.delete(one);
    else {
      this.#told.set(one, difference);
      this.#onDrift({ kind: one.resource.kind, detail: `${one.resource.key}: ${difference}` });
    }
  }
}

/** What belongs to one event comes in one go, or nearly. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
