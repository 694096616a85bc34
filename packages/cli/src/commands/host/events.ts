import { type JsonObject, numberAt, objectAt, textAt } from "../../api/json.ts";
import type { Action } from "../../program/command-spec.ts";
import { json } from "../../template/functions.ts";
import { compileTemplate } from "../../template/template.ts";
import { eventTime } from "./event-time.ts";

export const showEvents: Action = async (input, { io, api }) => {
  const format = input.text("format");
  const template = format === undefined || format === "json" ? undefined : compileTemplate(format);
  const line = (event: JsonObject) =>
    template === undefined ? (format === "json" ? json(event) : eventLine(event)) : template.render(event);
  const now = Date.now();
  const [since, until] = [input.text("since"), input.text("until")].map((text) => text && eventTime(text, now));
  const query = { filters: input.filters(), ...(since ? { since } : {}), ...(until ? { until } : {}) };
  for await (const event of (await api()).events(query)) io.out(`${line(event)}\n`);
  return 0;
};

/** Docker's line: time, type, what happened, to whom, and what else is known. */
function eventLine(event: JsonObject): string {
  const actor = objectAt(event, "Actor");
  const attributes = objectAt(actor, "Attributes");
  const known = Object.keys(attributes)
    .sort()
    .map((name) => `${name}=${textAt(attributes, name)}`);
  const about = known.length === 0 ? "" : ` (${known.join(", ")})`;
  return `${timeText(event)} ${textAt(event, "Type")} ${textAt(event, "Action")} ${textAt(actor, "ID")}${about}`;
}

/** Milliseconds are all that a number carries of the nanoseconds. */
function timeText(event: JsonObject): string {
  const nanoseconds = numberAt(event, "timeNano");
  const milliseconds =
    nanoseconds === undefined ? (numberAt(event, "time") ?? 0) * 1000 : Math.floor(nanoseconds / 1e6);
  return new Date(milliseconds).toISOString();
}
