import { CnmError, type SandboxHandle } from "@cnm/core";
import { findSandbox } from "../../find/find-sandbox.ts";
import { sandboxState } from "../../find/read-state.ts";
import { json } from "../../route/answer.ts";
import {
  type Filters,
  invalid,
  lacksLabels,
  matches,
  matchesLabels,
  matchesPattern,
  readFilters,
} from "../../route/filters.ts";
import { isTrue } from "../../route/is-true.ts";
import type { Route } from "../../route/route.ts";
import { containerState } from "../../view/container-status.ts";
import { containerSummaryJson } from "../../view/container-summary-json.ts";
import type { SandboxState } from "../../view/model.ts";
import { portListJson } from "../../view/ports-json.ts";

/** Docker's keys. Those about images, volumes and health fit no sandbox. */
const FOREIGN = ["ancestor", "health", "is-task", "isolation", "volume"];
const KEYS = [
  ...["before", "exited", "expose", "id", "label", "label!", "name", "network", "publish", "since", "status"],
  ...FOREIGN,
];
const STATES = ["created", "dead", "exited", "paused", "removing", "restarting", "running"];

export const listContainers: Route = {
  method: "GET",
  path: "/containers/json",
  tag: "Containers",
  summary: "The sandboxes of this host, as containers",
  query: {
    all: "Also those whose program has ended",
    limit: "The newest so many",
    size: "Accepted; sandboxes have no size",
    filters: `JSON: ${KEYS.map((key) => `\`${key}\``).join(", ")}`,
  },
  answers: { 200: "A list of containers, newest first", 400: "A filter that there is not" },
  handle: async (context, { query, api }) => {
    const filters = readFilters(query["filters"], KEYS);
    for (const status of filters.get("status") ?? []) {
      if (!STATES.includes(status)) throw invalid(`Invalid filter 'status=${status}'`);
    }
    const limit = readLimit(query["limit"]);
    const everyState = isTrue(query["all"]) || limit > 0 || ["status", "exited"].some((key) => filters.has(key));
    const handles = [...(await context.cnm.sandboxes())].reverse();
    const range = await rangeOf(context.cnm, filters, handles);
    const states: SandboxState[] = [];
    for (const handle of range) states.push(await sandboxState(context, handle));
    const shown = states.filter(
      (state) => (everyState || containerState(state.record) === "running") && fits(filters, state),
    );
    const now = Date.now();
    const some = limit > 0 ? shown.slice(0, limit) : shown;
    return json(
      200,
      some.map((state) => containerSummaryJson(state, api, now)),
    );
  },
};

function fits(filters: Filters, { sandbox, record, members }: SandboxState): boolean {
  const { id, name, labels } = sandbox;
  const ports = portListJson(members);
  const isPort = (value: string, port: number | undefined, type: string) =>
    value === `${port}/${type}` || value === `${port}`;
  return (
    FOREIGN.every((key) => !filters.has(key)) &&
    matches(filters, "id", (value) => id.startsWith(value)) &&
    matchesPattern(withoutSlash(filters), "name", name) &&
    matches(filters, "network", (value) =>
      members.some(({ network }) => value === network.name || (value !== "" && network.id.startsWith(value))),
    ) &&
    matches(filters, "status", (value) => value === containerState(record)) &&
    matches(filters, "exited", (value) => Number(value) === record.program?.process?.exitCode) &&
    matches(filters, "publish", (value) =>
      ports.some((port) => port.PublicPort !== undefined && isPort(value, port.PublicPort, port.Type)),
    ) &&
    matches(filters, "expose", (value) => ports.some((port) => isPort(value, port.PrivatePort, port.Type))) &&
    matchesLabels(filters, labels) &&
    lacksLabels(filters, labels)
  );
}

const withoutSlash = (filters: Filters): Filters =>
  new Map([...filters].map(([key, values]) => [key, values.map((value) => value.replace(/^\//, ""))]));

/** `before` and `since` name containers; the list is from new to old. */
async function rangeOf(
  cnm: Parameters<typeof findSandbox>[0],
  filters: Filters,
  handles: readonly SandboxHandle[],
): Promise<readonly SandboxHandle[]> {
  const place = async (key: string) => {
    const term = filters.get(key)?.[0];
    if (term === undefined) return undefined;
    const { id } = await findSandbox(cnm, term);
    return handles.findIndex((handle) => handle.id === id);
  };
  const before = await place("before");
  const since = await place("since");
  return handles.slice(before === undefined ? 0 : before + 1, since ?? handles.length);
}

function readLimit(text: string | undefined): number {
  if (text === undefined || text === "") return 0;
  const limit = Number(text);
  if (Number.isInteger(limit)) return limit;
  throw new CnmError("invalid", "bad-limit", `invalid value for limit: ${JSON.stringify(text)}`);
}
