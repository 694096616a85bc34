import { CnmError } from "@cnm/core";
import type { HandlerChange, ResourceHandler } from "./handler.ts";
import { MAKING, UNMAKING } from "./phases.ts";
import type { LinuxResource, LinuxResourceKind } from "./resource.ts";

/** One handler's part of a change. */
export interface Step {
  readonly handler: ResourceHandler;
  readonly change: HandlerChange<LinuxResource>;
}

/** A handler, and its places among the phases: all kinds of a handler are in one. */
export interface Station {
  readonly handler: ResourceHandler;
  readonly making: number;
  readonly unmaking: number;
  readonly handlesPorts: boolean;
}

export type Stations = ReadonlyMap<LinuxResourceKind, Station>;

/** By the kinds that they handle. */
export function stationsOf(handlers: readonly ResourceHandler[]): Stations {
  return new Map(
    handlers.flatMap((handler) => {
      const placeIn = (order: readonly (readonly LinuxResourceKind[])[]): number =>
        order.findIndex((kinds) => kinds.some((kind) => handler.kinds.includes(kind)));
      const handlesPorts = handler.kinds.includes("port");
      const station = { handler, making: placeIn(MAKING), unmaking: placeIn(UNMAKING), handlesPorts };
      return handler.kinds.map((kind) => [kind, station] as const);
    }),
  );
}

/** The phases of a change, in order; none of them empty. Throws CnmError `unsupported` for a kind that nobody handles. */
export function planSteps(stations: Stations, change: HandlerChange<LinuxResource>): readonly (readonly Step[])[] {
  const parts = partsOf(stations, change);
  if (change.remove.length === 0) return phases(parts, "making");
  // Ports are taken before anything leads to them, and given back in their turn.
  return [
    ...phases(parts.filter(({ station }) => station.handlesPorts).map(takenOf), "making"),
    ...phases(parts.map(givenBackOf), "unmaking"),
  ];
}

export const reverseStep = ({ handler, change }: Step): Step => ({
  handler,
  change: { remove: change.add, add: change.remove },
});

interface Part {
  readonly station: Station;
  readonly change: HandlerChange<LinuxResource>;
}

const takenOf = ({ station, change }: Part): Part => ({
  station,
  change: { remove: [], add: without(change.add, change.remove) },
});

const givenBackOf = ({ station, change }: Part): Part =>
  station.handlesPorts
    ? { station, change: { remove: without(change.remove, change.add), add: [] } }
    : { station, change };

/** A port in both lists stays held throughout. */
function without(resources: readonly LinuxResource[], others: readonly LinuxResource[]): readonly LinuxResource[] {
  const keys = new Set(others.map(({ key }) => key));
  return resources.filter(({ key }) => !keys.has(key));
}

function phases(parts: readonly Part[], order: "making" | "unmaking"): readonly (readonly Step[])[] {
  const found: Step[][] = [];
  for (const { station, change } of parts) {
    if (change.remove.length + change.add.length === 0) continue;
    const step = { handler: station.handler, change };
    const phase = found[station[order]];
    if (phase === undefined) found[station[order]] = [step];
    else phase.push(step);
  }
  // The list has holes where there is nothing to do.
  return found.filter((phase) => phase.length > 0);
}

function partsOf(stations: Stations, { remove, add }: HandlerChange<LinuxResource>): readonly Part[] {
  const parts: { readonly station: Station; readonly change: { remove: LinuxResource[]; add: LinuxResource[] } }[] = [];
  const known = new Map<Station, { remove: LinuxResource[]; add: LinuxResource[] }>();
  const changeFor = ({ kind, key }: LinuxResource) => {
    const station = stations.get(kind);
    if (station === undefined) {
      throw new CnmError("unsupported", "no-handler", `nothing on this platform handles "${kind}" (${key})`);
    }
    let change = known.get(station);
    if (change === undefined) {
      change = { remove: [], add: [] };
      known.set(station, change);
      parts.push({ station, change });
    }
    return change;
  };
  for (const resource of remove) changeFor(resource).remove.push(resource);
  for (const resource of add) changeFor(resource).add.push(resource);
  return parts;
}
