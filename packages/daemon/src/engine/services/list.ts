import type { Service } from "@cnm/core";
import { staffed } from "../../find/read-services.ts";
import { json } from "../../route/answer.ts";
import { type Filters, matches, matchesLabels, readFilters } from "../../route/filters.ts";
import type { Route } from "../../route/route.ts";
import { serviceJson } from "../../view/service-json.ts";

const KEYS = ["id", "label", "mode", "name"];

export const listServices: Route = {
  method: "GET",
  path: "/services",
  tag: "Services",
  summary: "The services of this host",
  query: { filters: "JSON: `id`, `label`, `mode`, `name`", status: "Accepted; how many tasks run is always told" },
  answers: { 200: "A list of services", 400: "A filter that there is not" },
  handle: async ({ cnm }, { query }) => {
    const wanted = serviceFilter(readFilters(query["filters"], KEYS));
    const all = [];
    for (const handle of await cnm.services()) {
      const { service, tasks } = await staffed(handle);
      if (wanted(service)) all.push(serviceJson(service, tasks));
    }
    return json(200, all);
  },
};

/** Docker takes ids and names by their beginning. */
const serviceFilter =
  (filters: Filters) =>
  ({ id, name, labels }: Service): boolean =>
    matches(filters, "id", (value) => id.startsWith(value)) &&
    matches(filters, "name", (value) => name.startsWith(value)) &&
    matches(filters, "mode", (value) => value === "replicated") &&
    matchesLabels(filters, labels);
