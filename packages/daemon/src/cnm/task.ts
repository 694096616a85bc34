import { CnmError, type EndpointHandle } from "@cnm/core";
import * as v from "valibot";
import type { DaemonContext } from "../context.ts";
import { empty } from "../route/answer.ts";
import { route } from "../route/route.ts";
import { maybe, whole } from "../route/schemas.ts";

export const taskRoute = route({
  method: "POST",
  path: "/cnm/v1/tasks/{id}",
  tag: "cnm",
  summary: "What is known of a task: an unhealthy one gets no connections and no name",
  body: v.object({
    Health: maybe(v.picklist(["none", "starting", "healthy", "unhealthy"])),
    Weight: maybe(whole),
  }),
  answers: { 204: "Every sandbox on this host knows", 404: "There is no such task" },
  handle: async (context, { params, body }) => {
    const task = await findTask(context, params["id"] ?? "");
    if (body.Weight !== null && body.Weight !== undefined) await task.setWeight(body.Weight);
    if (body.Health !== null && body.Health !== undefined) await task.setHealth(body.Health);
    return empty(204);
  },
});

/** By the id of its endpoint, or the start of it. */
async function findTask({ cnm }: DaemonContext, id: string): Promise<EndpointHandle> {
  for (const service of await cnm.services()) {
    const found = (await service.tasks()).find((task) => id !== "" && task.id.startsWith(id));
    if (found !== undefined) return found;
  }
  throw new CnmError("not-found", "not-found", `task ${id} not found`);
}
