import { CnmError } from "@cnm/core";
import { networkMembers } from "../../find/read-state.ts";
import { json } from "../../route/answer.ts";
import { invalid, lacksLabels, matchesLabels, readFilters } from "../../route/filters.ts";
import type { Route } from "../../route/route.ts";
import { readTimestamp } from "../system/timestamp.ts";
import { isPredefined } from "./predefined.ts";

export const pruneNetworks: Route = {
  method: "POST",
  path: "/networks/prune",
  tag: "Networks",
  summary: "Removes all networks that nobody is on, save the predefined ones",
  query: { filters: "JSON: `label`, `label!`, `until` (made before then)" },
  answers: { 200: "`{NetworksDeleted}`: names, or null", 400: "A filter that there is not" },
  handle: async (context, { query, signal }) => {
    const filters = readFilters(query["filters"], ["label", "label!", "until"]);
    const untils = filters.get("until") ?? [];
    if (untils.length > 1) throw invalid("more than one until filter specified");
    const until = untils[0] === undefined ? undefined : readTimestamp(untils[0], Date.now());
    const deleted: string[] = [];
    for (const handle of await context.cnm.networks()) {
      const { network, members } = await networkMembers(context, handle);
      const { name, labels, created } = network;
      if (isPredefined(name) || members.length > 0) continue;
      if (!matchesLabels(filters, labels) || !lacksLabels(filters, labels)) continue;
      if (until !== undefined && BigInt(Date.parse(created)) * 1_000_000n > until) continue;
      signal.throwIfAborted();
      await handle.remove().then(() => deleted.push(name), unlessTaken);
    }
    context.journal.log("network", "prune", "", { reclaimed: "0" });
    return json(200, { NetworksDeleted: deleted.length === 0 ? null : deleted });
  },
};

const IN_USE: ReadonlySet<string> = new Set(["active-endpoints", "active-services"]);

/** A service may need it; and between the look and the removal somebody may have joined it, or removed it. */
function unlessTaken(error: unknown): void {
  if (!(error instanceof CnmError) || (!IN_USE.has(error.code) && error.kind !== "not-found")) throw error;
}
