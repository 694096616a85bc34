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
  const steps = stepsByHandler(handlerOf, change);
  if (change.remove.length === 0) return phases(MAKING, steps);
  // Ports are taken before anything leads to them, and given back in their turn.
  return [
    ...phases(TAKING_PORTS, steps.filter(handlesPorts).map(takenOf)),
    ...phases(UNMAKING, steps.map(givenBackOf).filter(isSomething)),
  ];
}

export const reverseStep = ({ handler, change }: Step): Step => ({
  handler,
  change: { remove: change.add, add: change.remove },
});

const TAKING_PORTS = [["port"]] as const;

const handlesPorts = ({ handler }: Step): boolean => handler.kinds.includes("port");
const isSomething = ({ change }: Step): boolean => change.remove.length + change.add.length > 0;

const takenOf = ({ handler, change }: Step): Step => ({
  handler,
  change: { remove: [], add: without(change.add, change.remove) },
});

const givenBackOf = (step: Step): Step =>
  handlesPorts(step)
    ? { handler: step.handler, change: { remove: without(step.change.remove, step.change.add), add: [] } }
    : step;

/** A port in both lists stays held throughout. */
function without(resources: readonly LinuxResource[], others: readonly LinuxResource[]): readonly LinuxResource[] {
  const keys = new Set(others.map(({ key }) => key));
  return resources.filter(({ key }) => !keys.has(key));
}

/** Each handler's steps in the phase of its kinds: all kinds of a handler are in one. */
function phases(
  order: readonly (readonly LinuxResourceKind[])[],
  steps: readonly Step[],
): readonly (readonly Step[])[] {
  return order
    .map((kinds) =>
      steps.filter((step) => isSomething(step) && step.handler.kinds.some((kind) => kinds.includes(kind))),
    )
    .filter((phase) => phase.length > 0);
}

function stepsByHandler(
  handlerOf: ReadonlyMap<LinuxResourceKind, ResourceHandler>,
  { remove, add }: HandlerChange<LinuxResource>,
): readonly Step[] {
  const parts = new Map<ResourceHandler, { readonly remove: LinuxResource[]; readonly add: LinuxResource[] }>();
  const partOf = ({ kind, key }: LinuxResource) => {
    const handler = handlerOf.get(kind);
    if (handler === undefined) {
      throw new CnmError("unsupported", "no-handler", `nothing on this platform handles "${kind}" (${key})`);
    }
    const known = parts.get(handler);
    if (known !== undefined) return known;
    const part = { remove: [], add: [] };
    parts.set(handler, part);
    return part;
  };
  for (const resource of remove) partOf(resource).remove.push(resource);
  for (const resource of add) partOf(resource).add.push(resource);
  return Array.from(parts, ([handler, change]) => ({ handler, change }));
}
