import { CnmError } from "@cnm/core";
import type { Route } from "../../route/route.ts";

/** So that whoever comes from Docker is told, and not left with a page that is not there. */
const refused = (method: Route["method"], path: string, summary: string, message: string): Route => ({
  method,
  path,
  tag: "Services",
  summary,
  answers: { 501: "Always" },
  handle: async () => {
    throw new CnmError("unsupported", "no-swarm", message);
  },
});

const NO_SWARM = "cnm has no swarm: services need none, and are those of this host";
const NO_SECRETS = "cnm starts no tasks that secrets and configurations could be for";
const NO_LOGS = 'tasks have logs of their own: "cnm service ps" tells their sandboxes, "cnm logs" what one has written';

export const swarmRoutes: readonly Route[] = [
  refused("GET", "/swarm", "Refused: there is no swarm", NO_SWARM),
  ...["init", "join", "leave", "update", "unlock"].map((verb) =>
    refused("POST", `/swarm/${verb}`, "Refused: there is no swarm", NO_SWARM),
  ),
  refused("GET", "/secrets", "Refused: there are none", NO_SECRETS),
  refused("GET", "/configs", "Refused: there are none", NO_SECRETS),
  refused("GET", "/services/{id}/logs", "Refused: tasks have logs of their own", NO_LOGS),
  refused("GET", "/tasks/{id}/logs", "Refused: tasks have logs of their own", NO_LOGS),
];
