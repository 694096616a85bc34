import { CnmError } from "@cnm/core";
import type { HandlerChange, ResourceHandler } from "./handler.ts";
import { MAKING, UNMAKING } from "./phases.ts";
import type { LinuxResource, LinuxResourceKind } from "./resource.ts";

/** One handler's part of a change. */
export interface Step {
  readonly handler: ResourceHandler;
  readonly change: HandlerChange<LinuxResource>;
}

/** The phases of a change, in order; none of them empty. Throws CnmError `unsupported` for a kind that nobody handles. */
export function planSteps(
  handlerOf: ReadonlyMap<LinuxResourceKind, ResourceHandler>,
  change: HandlerChange<LinuxResource>,
): readonly (readonly Step[])[] {
  const parts = partition(handlerOf, change);
  const phases =
    change.remove.length === 0
      ? MAKING.map((kinds) => stepsOf(parts, kinds))
      : // Ports are taken before anything leads to them, and given back in their turn.
        [
          stepsOf(parts, ["port"], ({ remove, add }) => ({ remove: [], add: without(add, remove) })),
          ...UNMAKING.map((kinds) =>
            stepsOf(parts, kinds, (part, handler) =>
              handler.kinds.includes("port") ? { remove: without(part.remove, part.add), add: [] } : part,
            ),
          ),
        ];
  return phases.filter((steps) => steps.length > 0);
}

export const reverseStep = ({ handler, change }: Step): Step => ({
  handler,
  change: { remove: change.add, add: change.remove },
});

/** A port in both lists stays held throughout. */
function without(resources: readonly LinuxResource[], others: readonly LinuxResource[]): readonly LinuxResource[] {
  const keys = new Set(others.map(({ key }) => key));
  return resources.filter(({ key }) => !keys.has(key));
}

type Part = (change: HandlerChange<LinuxResource>, handler: ResourceHandler) => HandlerChange<LinuxResource>;

function stepsOf(
  parts: ReadonlyMap<ResourceHandler, HandlerChange<LinuxResource>>,
  kinds: readonly LinuxResourceKind[],
  part: Part = (change) => change,
): readonly Step[] {
  return [...parts]
    .filter(([handler]) => handler.kinds.some((kind) => kinds.includes(kind)))
    .map(([handler, change]) => ({ handler, change: part(change, handler) }))
    .filter(({ change: { remove, add } }) => remove.length + add.length > 0);
}

function partition(
  handlerOf: ReadonlyMap<LinuxResourceKind, ResourceHandler>,
  { remove, add }: HandlerChange<LinuxResource>,
): ReadonlyMap<ResourceHandler, HandlerChange<LinuxResource>> {
  const parts = new Map<ResourceHandler, { remove: LinuxResource[]; add: LinuxResource[] }>();
  for (const [side, resources] of [
    ["remove", remove],
    ["add", add],
  ] as const) {
    for (const resource of resources) {
      const handler = handlerOf.get(resource.kind);
      if (handler === undefined) {
        throw new CnmError(
          "unsupported",
          "no-handler",
          `nothing on this platform handles "${resource.kind}" (${resource.key})`,
        );
      }
      const part = parts.get(handler) ?? { remove: [], add: [] };
      part[side].push(resource);
      parts.set(handler, part);
    }
  }
  return parts;
}
