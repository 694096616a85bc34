import { CnmError } from "@cnm/core";
import { followEvents } from "../../journal/follow-events.ts";
import { readFilters } from "../../route/filters.ts";
import type { Route } from "../../route/route.ts";
import { eventLine } from "../../view/event-json.ts";
import { eventFilter } from "./event-filter.ts";
import { readTimestamp } from "./timestamp.ts";

export const eventsRoute: Route = {
  method: "GET",
  path: "/events",
  tag: "Engine",
  summary: "What happens, an event a line, until the client goes or `until` is reached",
  query: {
    since: "Also what happened since then: seconds since 1970, a date, or a time span",
    until: "Ends there",
    filters: "JSON: `type`, `event`, `container`, `network`, `label`, `scope`",
  },
  answers: { 200: "A stream of JSON objects", 400: "A time or filter that cannot be read" },
  handle: async ({ journal }, { query, signal }) => {
    const now = Date.now();
    const since = query["since"] ? readTimestamp(query["since"], now) : undefined;
    const until = query["until"] ? readTimestamp(query["until"], now) : undefined;
    if (since !== undefined && until !== undefined && since > until) {
      const message = `\`since\` time (${query["since"]}) cannot be after \`until\` time (${query["until"]})`;
      throw new CnmError("invalid", "bad-time", message);
    }
    const window = {
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      wanted: eventFilter(readFilters(query["filters"])),
    };
    async function* lines() {
      for await (const event of followEvents(journal, window, signal)) yield eventLine(event);
    }
    return { status: 200, headers: { "content-type": "application/json" }, stream: lines() };
  },
};
