import { CnmError } from "@cnm/core";
import type { DaemonContext } from "../context.ts";
import { findNetwork } from "../find/find-network.ts";
import { findSandbox } from "../find/find-sandbox.ts";
import { sandboxState } from "../find/read-state.ts";
import { joinNetwork } from "../join/join-network.ts";
import { EMPTY_RECORD, isRunning } from "../records/sandbox-record.ts";
import { empty, json } from "../route/answer.ts";
import { isTrue } from "../route/is-true.ts";
import { type Route, route } from "../route/route.ts";
import { sandboxJson } from "../view/sandbox-json.ts";
import { createSandbox } from "./create-sandbox.ts";
import { sandboxBody, sandboxSpec } from "./sandbox-body.ts";

const createRoute = route({
  method: "POST",
  path: "/cnm/v1/sandboxes",
  tag: "cnm",
  summary: "Makes a sandbox, or takes a network namespace for one that there is",
  body: sandboxBody,
  answers: {
    201: "It is there: `{Id, Warnings}`",
    400: "What is wrong with what was asked for",
    409: "The name or the namespace is taken",
  },
  handle: async (context, { body, signal }) => {
    const onHost = body.HostNetwork === true;
    const spec = { ...sandboxSpec(body.Name, body.Netns, body), ...(onHost ? { host: true } : {}) };
    const { id } = await createSandbox(context, spec, EMPTY_RECORD, signal);
    if (onHost) await joinHost(context, id, signal);
    const handle = await context.cnm.sandbox(id);
    const { name, labels } = await handle.info();
    // A sandbox without a program of ours runs from now on: somebody has his in there.
    context.journal.log("container", "start", id, { ...labels, image: "", name });
    return json(201, { Id: id, Warnings: [] });
  },
});

/** Such a sandbox is on the host network from the start, and as long as it is. */
async function joinHost(context: DaemonContext, id: string, signal: AbortSignal): Promise<void> {
  try {
    const handle = await findSandbox(context.cnm, id);
    await joinNetwork(context, await sandboxState(context, handle), await findNetwork(context.cnm, "host"), {}, signal);
  } catch (error) {
    await context.supervisor.remove(id);
    throw error;
  }
}

const listRoute: Route = {
  method: "GET",
  path: "/cnm/v1/sandboxes",
  tag: "cnm",
  summary: "The sandboxes of this host",
  answers: { 200: "A list, in the order in which they were made" },
  handle: async (context) => {
    const all = [];
    for (const handle of await context.cnm.sandboxes()) all.push(sandboxJson(await sandboxState(context, handle)));
    return json(200, all);
  },
};

const inspectRoute: Route = {
  method: "GET",
  path: "/cnm/v1/sandboxes/{id}",
  tag: "cnm",
  summary: "A sandbox with its endpoints and its program",
  answers: { 200: "The sandbox", 404: "There is no such sandbox" },
  handle: async (context, { params }) => {
    const handle = await findSandbox(context.cnm, params["id"] ?? "");
    return json(200, sandboxJson(await sandboxState(context, handle)));
  },
};

const removeRoute: Route = {
  method: "DELETE",
  path: "/cnm/v1/sandboxes/{id}",
  tag: "cnm",
  summary: "Removes a sandbox with all its endpoints; a namespace that somebody else made stays",
  query: { force: "Ends its program first" },
  answers: { 204: "It is gone", 404: "There is no such sandbox", 409: "Its program runs" },
  handle: async ({ cnm, records, supervisor }, { params, query }) => {
    const { id, name } = await findSandbox(cnm, params["id"] ?? "");
    if (isRunning(records.get(id)) && !isTrue(query["force"])) {
      throw new CnmError("conflict", "program-runs", `the program of sandbox ${name} runs: end it first, or use force`);
    }
    await supervisor.remove(id);
    return empty(204);
  },
};

export const sandboxRoutes: readonly Route[] = [createRoute, listRoute, inspectRoute, removeRoute];
