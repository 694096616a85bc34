import type { EngineEvent } from "../../journal/engine-event.ts";
import { type Filters, matches, matchesLabels } from "../../route/filters.ts";

/** Keys that name an object: they fit whatever has an id or a name that begins so, as Docker has it. */
const OBJECTS = ["config", "container", "daemon", "network", "node", "plugin", "secret", "service", "volume"];

/** Filters of `docker events`. Nothing that happens here is about an image; keys that nobody knows are no hindrance. */
export function eventFilter(filters: Filters): (event: EngineEvent) => boolean {
  return ({ Type, Action, Actor, scope }) => {
    const { name = "" } = Actor.Attributes;
    return (
      matches(filters, "type", (value) => value === Type) &&
      // "health_status: healthy" is a health_status, as in Docker.
      matches(filters, "event", (value) => value === Action || Action.startsWith(`${value}: `)) &&
      matches(filters, "scope", (value) => value === scope) &&
      matchesLabels(filters, Actor.Attributes) &&
      OBJECTS.every((key) => matches(filters, key, (value) => Actor.ID.startsWith(value) || name.startsWith(value))) &&
      !filters.has("image")
    );
  };
}
