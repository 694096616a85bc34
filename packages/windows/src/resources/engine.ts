import { type CallOptions, type Change, formatOwner, type ObserveScope } from "@cnm/core";
import type { HandlerOf, ObjectHandler, Undo } from "./handler.ts";
import { MAKING, UNMAKING } from "./phases.ts";
import type { WindowsResource, WindowsResourceKind } from "./resource.ts";

/** All handlers as one: what the platform does with resources, whatever their kinds. */
export interface ResourceEngine {
  apply(change: Change<WindowsResource>, options?: CallOptions): Promise<void>;
  observe(scope?: ObserveScope<WindowsResource>): Promise<readonly WindowsResource[]>;
}

export type Handlers = { readonly [K in WindowsResourceKind]: HandlerOf<K> };

/**
 * One step after the other: HNS does one thing at a time anyway. When a step fails or the signal aborts, the steps before are
 * undone, last first, whatever fails among them; what failed joins the error.
 *
 * @param onChange Hears of the keys of every change, before it and after it, also if it fails.
 */
export function createEngine(handlers: Handlers, onChange: (keys: readonly string[]) => void): ResourceEngine {
  const all = Object.values(handlers);
  return {
    async apply(change, { signal } = {}) {
      const done: Undo[] = [];
      const keys = [...change.remove, ...change.add].map(({ key }) => key);
      onChange(keys);
      try {
        for (const step of stepsOf(handlers, change)) {
          signal?.throwIfAborted();
          done.push(await step());
        }
      } catch (error) {
        throw await undo(done, error);
      } finally {
        onChange(keys);
      }
    },

    async observe({ owners, wanted = [], departing = [] } = {}) {
      const known = new Map([...departing, ...wanted].map((resource) => [resource.id, resource] as const));
      const found: WindowsResource[] = [];
      for (const handler of all) found.push(...(await handler.observe(known)));
      if (owners === undefined) return found;
      const tags = new Set(owners.map(formatOwner));
      return found.filter(({ owner }) => tags.has(formatOwner(owner)));
    },
  };
}

function stepsOf(handlers: Handlers, { remove, add }: Change<WindowsResource>): readonly (() => Promise<Undo>)[] {
  const before = new Map(remove.map((resource) => [resource.key, resource]));
  const after = new Set(add.map(({ key }) => key));
  const handlerOf = (kind: WindowsResourceKind): ObjectHandler => handlers[kind] as ObjectHandler;
  const inOrder = (order: readonly WindowsResourceKind[], resources: readonly WindowsResource[]) =>
    order.flatMap((kind) => resources.filter((resource) => resource.kind === kind));
  return [
    ...inOrder(UNMAKING, remove)
      .filter(({ key }) => !after.has(key))
      .map((resource) => () => handlerOf(resource.kind).drop(resource)),
    ...inOrder(MAKING, add).map((resource) => () => {
      const old = before.get(resource.key);
      const handler = handlerOf(resource.kind);
      return old === undefined ? handler.make(resource) : handler.change(old, resource);
    }),
  ];
}

/** Resolves to the error to throw. */
async function undo(done: readonly Undo[], cause: unknown): Promise<unknown> {
  const failures: unknown[] = [];
  for (const step of done.toReversed()) await step().catch((error: unknown) => failures.push(error));
  if (failures.length === 0) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `${reason}, and undoing it failed too: something may be left`;
  return new AggregateError([cause, ...failures], message, { cause });
}
