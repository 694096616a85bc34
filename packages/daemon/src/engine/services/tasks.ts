import { CnmError } from "@cnm/core";
import type { DaemonContext } from "../../context.ts";
import { taskMembers } from "../../find/read-services.ts";
import { json } from "../../route/answer.ts";
import { matches, matchesLabels, readFilters } from "../../route/filters.ts";
import type { Route } from "../../route/route.ts";
import { NODE_ID, taskJson } from "../../view/task-json.ts";

const KEYS = ["desired-state", "id", "label", "name", "node", "service"];
/** Docker's clients ask so while they wait for a service: here no task is of yesterday. */
const UP_TO_DATE = "_up-to-date";

const listTasks: Route = {
  method: "GET",
  path: "/tasks",
  tag: "Services",
  summary: "The tasks of services: endpoints that joined for them",
  query: { filters: `JSON: ${KEYS.map((key) => `\`${key}\``).join(", ")}` },
  answers: { 200: "A list of tasks", 400: "A filter that there is not" },
  handle: async (context, { query }) => {
    const filters = readFilters(query["filters"], [...KEYS, UP_TO_DATE]);
    const all = (await allTasks(context)).filter(
      ({ task, service }) =>
        matches(filters, "id", (value) => task.ID.startsWith(value)) &&
        matches(filters, "name", (value) => task.Cnm.Name.startsWith(value)) &&
        matches(filters, "service", (value) => value === service.name || service.id.startsWith(value)) &&
        matches(filters, "node", (value) => value === NODE_ID) &&
        matches(filters, "desired-state", (value) => value === task.DesiredState) &&
        matchesLabels(filters, task.Labels),
    );
    return json(
      200,
      all.map(({ task }) => task),
    );
  },
};

const inspectTask: Route = {
  method: "GET",
  path: "/tasks/{id}",
  tag: "Services",
  summary: "A task",
  answers: { 200: "The task", 404: "There is no such task" },
  handle: async (context, { params }) => {
    const id = params["id"] ?? "";
    const found = (await allTasks(context)).find(({ task }) => id !== "" && task.ID.startsWith(id));
    if (found === undefined) throw new CnmError("not-found", "not-found", `task ${id} not found`);
    return json(200, found.task);
  },
};

async function allTasks({ cnm }: DaemonContext) {
  const all = [];
  for (const handle of await cnm.services()) {
    const { service, members } = await taskMembers(cnm, handle);
    for (const [at, member] of members.entries()) all.push({ service, task: taskJson(member, service, at + 1) });
  }
  return all;
}

export const taskRoutes: readonly Route[] = [listTasks, inspectTask];
