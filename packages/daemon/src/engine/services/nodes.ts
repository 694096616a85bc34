import { hostname } from "node:os";
import { CnmError } from "@cnm/core";
import { json } from "../../route/answer.ts";
import type { Route } from "../../route/route.ts";
import { NODE_ID } from "../../view/task-json.ts";

/** Docker's clients look up where tasks run: it is always here. */
const node = (started: string) => ({
  ID: NODE_ID,
  Version: { Index: 1 },
  CreatedAt: started,
  UpdatedAt: started,
  Spec: { Role: "manager", Availability: "active" },
  Description: { Hostname: hostname(), Engine: {}, Platform: {}, Resources: {}, TLSInfo: {} },
  Status: { State: "ready", Addr: "127.0.0.1" },
});

export const nodeRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/nodes",
    tag: "Services",
    summary: "The hosts that tasks run on: this one",
    query: { filters: "Accepted" },
    answers: { 200: "A list of one" },
    handle: async ({ started }) => json(200, [node(started)]),
  },
  {
    method: "GET",
    path: "/nodes/{id}",
    tag: "Services",
    summary: "This host, as tasks name it",
    answers: { 200: "The host", 404: "There is no such host" },
    handle: async ({ started }, { params }) => {
      const id = params["id"] ?? "";
      if (id === NODE_ID || id === "self" || id === hostname()) return json(200, node(started));
      throw new CnmError("not-found", "not-found", `node ${id} not found`);
    },
  },
];
