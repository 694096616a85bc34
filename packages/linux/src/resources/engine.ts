import { isDeepStrictEqual } from "node:util";
import { type CallOptions, type Drift, formatOwner, type ObserveScope, Turns } from "@cnm/core";
import { driftStream } from "./drift-stream.ts";
import { EngineLoad } from "./engine-load.ts";
import type { HandlerChange, HandlerScope, ResourceHandler } from "./handler.ts";
import type { LinuxResource } from "./resource.ts";
import { planSteps, reverseStep, type Step } from "./steps.ts";

/** All handlers as one: what a platform does with resources, whatever their kinds. */
export interface ResourceEngine {
  apply(change: HandlerChange<LinuxResource>, options?: CallOptions): Promise<void>;
  observe(scope?: ObserveScope<LinuxResource>, options?: CallOptions): Promise<readonly LinuxResource[]>;
  observable(resource: LinuxResource): boolean;
  difference(wanted: LinuxResource, found: LinuxResource): string | undefined;
  watch(options?: CallOptions): AsyncIterable<Drift>;
  close(): Promise<void>;
}

/**
 * A change goes through the handlers in phases: see `phases.ts`. What a phase holds runs side by side. When a handler
 * fails or the signal aborts, the phases before are undone by the reverse change, last first; undo failures join the error.
 * A phase that has begun is not interrupted. Of several changes, one begins a phase in each turn of the event loop.
 */
export function createEngine(handlers: readonly ResourceHandler[], load = new EngineLoad()): ResourceEngine {
  const handlerOf = new Map(handlers.flatMap((handler) => handler.kinds.map((kind) => [kind, handler] as const)));
  const turns = new Turns();

  const run = async (phase: readonly Step[]): Promise<readonly PromiseSettledResult<void>[]> =>
    Promise.allSettled(phase.map(({ handler, change }) => handler.apply(change)));

  return {
    async apply(change, options = {}) {
      load.changes++;
      try {
        await applyPhases(change, options);
      } finally {
        load.changes--;
      }
    },

    async observe(scope = {}, options = {}) {
      const owners = scope.owners === undefined ? {} : { owners: new Set(scope.owners.map(formatOwner)) };
      const found = await Promise.all(
        handlers
          .filter((handler) => handler.observable !== false)
          .map((handler) => handler.observe(scopeFor(handler, owners, scope), options)),
      );
      return found.flat();
    },

    observable: ({ kind }) => handlerOf.get(kind)?.observable !== false,

    difference(wanted, found) {
      const handler = handlerOf.get(wanted.kind);
      return handler?.difference === undefined ? fieldDifference(wanted, found) : handler.difference(wanted, found);
    },

    watch: (options = {}) => driftStream(handlers, options),

    async close() {
      const results = await Promise.allSettled(handlers.map((handler) => handler.close()));
      const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      if (failures.length > 0) throw new AggregateError(failures, "closing the platform failed in part");
    },
  };

  async function applyPhases(change: HandlerChange<LinuxResource>, options: CallOptions): Promise<void> {
    const done: Step[][] = [];
    for (const phase of planSteps(handlerOf, change)) {
      // One that is alone goes straight on.
      if (load.changes > 1) await turns.next();
      if (options.signal?.aborted === true) throw await undo(done, [options.signal.reason]);
      const results = await run(phase);
      done.push(phase.filter((_, at) => results[at]?.status === "fulfilled"));
      const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      if (failures.length > 0) throw await undo(done, failures);
    }
  }

  /** Resolves to the error to throw. Undoing goes on after a failure. */
  async function undo(done: readonly (readonly Step[])[], causes: readonly unknown[]): Promise<unknown> {
    const failures = [...causes];
    for (const phase of done.toReversed()) {
      for (const result of await run(phase.map(reverseStep))) {
        if (result.status === "rejected") failures.push(result.reason);
      }
    }
    if (failures.length === 1) return failures[0];
    const undone = failures.length > causes.length ? ", and undoing it failed too: something may be left" : "";
    return new AggregateError(failures, `${messageOf(causes[0])}${undone}`, { cause: causes[0] });
  }
}

function scopeFor(
  handler: ResourceHandler,
  owners: Pick<HandlerScope<LinuxResource>, "owners">,
  { wanted = [], departing = [] }: ObserveScope<LinuxResource>,
): HandlerScope<LinuxResource> {
  const concerns = ({ kind }: LinuxResource) => handler.kinds.includes(kind);
  return { ...owners, wanted: wanted.filter(concerns), departing: departing.filter(concerns) };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Every field but those that say who it is for. */
function fieldDifference(wanted: LinuxResource, found: LinuxResource): string | undefined {
  const hidden = new Set(["owner", "shared"]);
  const left = new Map<string, unknown>(Object.entries(wanted));
  const right = new Map<string, unknown>(Object.entries(found));
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    if (hidden.has(name) || isDeepStrictEqual(left.get(name), right.get(name))) continue;
    return `${name} is ${text(right.get(name))}, not ${text(left.get(name))}`;
  }
  return undefined;
}

const text = (value: unknown): string => (value === undefined ? "not set" : JSON.stringify(value));
