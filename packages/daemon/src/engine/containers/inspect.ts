import { findSandbox } from "../../find/find-sandbox.ts";
import { sandboxState } from "../../find/read-state.ts";
import { json } from "../../route/answer.ts";
import type { Route } from "../../route/route.ts";
import { containerJson } from "../../view/container-json.ts";

export const inspectContainer: Route = {
  method: "GET",
  path: "/containers/{id}/json",
  tag: "Containers",
  summary: "A sandbox, as a container",
  query: { size: "Accepted; sandboxes have no size" },
  answers: { 200: "The container", 404: "There is no such sandbox" },
  handle: async (context, { params, api }) => {
    const handle = await findSandbox(context.cnm, params["id"] ?? "");
    return json(200, containerJson(await sandboxState(context, handle), api));
  },
};
