import { isDeepStrictEqual } from "node:util";
import { type CallOptions, type Drift, formatOwner, type ObserveScope, Turns } from "@cnm/core";
import { driftStream } from "./drift-stream.ts";
import { EngineLoad } from "./engine-load.ts";
import type { HandlerChange, HandlerScope, ResourceHandler } from "./handler.ts";
import type { LinuxResource } from "./resource.ts";
import { planSteps, reverseStep, type Step, stationsOf } from "./steps.ts";

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
  const stations = stationsOf(handlers);
  const turns = new Turns();

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

    observable: ({ kind }) => stations.get(kind)?.handler.observable !== false,

    difference(wanted, found) {
      const handler = stations.get(wanted.kind)?.handler;
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
    const done: (readonly Step[])[] = [];
    for (const phase of planSteps(stations, change)) {
      // One that is alone goes straight on.
      if (load.changes > 1) await turns.next();
      if (options.signal?.aborted === true) throw await undo(done, [options.signal.reason]);
      const failures = await run(phase);
      if (failures === undefined) {
        done.push(phase);
        continue;
      }
      done.push(phase.filter((_, at) => failures[at] === undefined));
      throw await undo(done, reasonsOf(failures));
    }
  }

  /** Resolves to the error to throw. Undoing goes on after a failure. */
  async function undo(done: readonly (readonly Step[])[], causes: readonly unknown[]): Promise<unknown> {
    const failures = [...causes];
    for (const phase of done.toReversed()) {
      failures.push(...reasonsOf((await run(phase.map(reverseStep))) ?? []));
    }
    if (failures.length === 1) return failures[0];
    const undone = failures.length > causes.length ? ", and undoing it failed too: something may be left" : "";
    return new AggregateError(failures, `${messageOf(causes[0])}${undone}`, { cause: causes[0] });
  }
}

interface Failure {
  readonly reason: unknown;
}

/** Side by side. For each step how it failed, undefined if it did not; undefined: none failed. */
async function run(phase: readonly Step[]): Promise<readonly (Failure | undefined)[] | undefined> {
  const failures = await Promise.all(phase.map(attempt));
  return failures.every((failure) => failure === undefined) ? undefined : failures;
}

async function attempt({ handler, change }: Step): Promise<Failure | undefined> {
  try {
    await handler.apply(change);
    return undefined;
  } catch (reason) {
    return { reason };
  }
}

function reasonsOf(failures: readonly (Failure | undefined)[]): readonly unknown[] {
  return failures.flatMap((failure) => (failure === undefined ? [] : [failure.reason]));
}

function scopeFor(
  handler: ResourceHandler,
  owners: Pick<HandlerScope<LinuxResource>, "owners">,
  { wanted = [], departing = [], namespaces = [] }: ObserveScope<LinuxResource>,
): HandlerScope<LinuxResource> {
  const concerns = ({ kind }: LinuxResource) => handler.kinds.includes(kind);
  const resources = { wanted: wanted.filter(concerns), departing: departing.filter(concerns) };
  return { ...owners, ...resources, namespaces };
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
