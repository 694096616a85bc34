import type { Network } from "@cnm/core";
import { networkMembers } from "../../find/read-state.ts";
import { json } from "../../route/answer.ts";
import {
  type Filters,
  invalid,
  matches,
  matchesLabels,
  matchesPattern,
  readBooleanFilter,
  readFilters,
} from "../../route/filters.ts";
import type { Route } from "../../route/route.ts";
import { networkJson } from "../../view/network-json.ts";
import { isPredefined } from "./predefined.ts";

const KEYS = ["dangling", "driver", "id", "label", "name", "scope", "type"];

export const listNetworks: Route = {
  method: "GET",
  path: "/networks",
  tag: "Networks",
  summary: "The networks of this host",
  query: { filters: "JSON: `dangling`, `driver`, `id`, `label`, `name`, `scope`, `type`" },
  answers: { 200: "A list of networks; who is on them, only `inspect` tells", 400: "A filter that there is not" },
  handle: async (context, { query, api }) => {
    const filters = readFilters(query["filters"], KEYS);
    const wanted = networkFilter(filters);
    const dangling = readBooleanFilter(filters, "dangling");
    const all = [];
    for (const handle of await context.cnm.networks()) {
      const { network, members } = await networkMembers(context, handle);
      const unused = members.length === 0 && !isPredefined(network.name);
      if (wanted(network) && (dangling ?? unused) === unused) all.push(networkJson(network, [], api));
    }
    return json(200, all);
  },
};

function networkFilter(filters: Filters): (network: Network) => boolean {
  for (const type of filters.get("type") ?? []) {
    if (type !== "custom" && type !== "builtin") throw invalid(`invalid filter: 'type'='${type}'`);
  }
  return ({ id, name, driver, scope, labels }) =>
    matches(filters, "driver", (value) => value === driver) &&
    matches(filters, "scope", (value) => value === scope) &&
    matches(filters, "type", (value) => (value === "builtin") === isPredefined(name)) &&
    matchesPattern(filters, "id", id) &&
    matchesPattern(filters, "name", name) &&
    matchesLabels(filters, labels);
}
