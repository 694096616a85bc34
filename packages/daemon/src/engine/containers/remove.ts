import { CnmError } from "@cnm/core";
import { findSandbox } from "../../find/find-sandbox.ts";
import { isRunning } from "../../records/sandbox-record.ts";
import { empty } from "../../route/answer.ts";
import { isTrue } from "../../route/is-true.ts";
import type { Route } from "../../route/route.ts";

export const removeContainer: Route = {
  method: "DELETE",
  path: "/containers/{id}",
  tag: "Containers",
  summary: "Removes a sandbox with all its endpoints",
  query: {
    force: "Kills its program first",
    v: "Accepted; sandboxes have no volumes",
    link: "Not supported",
  },
  answers: { 204: "It is gone", 404: "There is no such sandbox", 409: "Its program runs" },
  handle: async ({ cnm, records, supervisor }, { params, query }) => {
    const handle = await findSandbox(cnm, params["id"] ?? "");
    if (isTrue(query["link"])) throw new CnmError("unsupported", "links", "links between containers are not supported");
    if (isRunning(records.get(handle.id)) && !isTrue(query["force"])) {
      const message = `You cannot remove a running container ${handle.id}. Stop the container before attempting removal or force remove`;
      throw new CnmError("conflict", "program-runs", message);
    }
    await supervisor.remove(handle.id);
    return empty(204);
  },
};
