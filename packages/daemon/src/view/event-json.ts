import type { EngineEvent } from "../journal/engine-event.ts";

/** One line of `GET /events`. Written by hand as far as the time goes: nanoseconds are more than a double can hold. */
export function eventLine({ timeNano, ...event }: EngineEvent): string {
  const { ID, Attributes } = event.Actor;
  // What clients from before 1.22 look at.
  const old = event.Type === "container" ? { status: event.Action, id: ID, from: Attributes["image"] ?? "" } : {};
  return `${JSON.stringify({ ...old, ...event }).slice(0, -1)},"timeNano":${timeNano}}\n`;
}
