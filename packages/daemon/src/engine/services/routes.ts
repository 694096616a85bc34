import type { Route } from "../../route/route.ts";
import { createService } from "./create.ts";
import { inspectService } from "./inspect.ts";
import { listServices } from "./list.ts";
import { nodeRoutes } from "./nodes.ts";
import { removeService } from "./remove.ts";
import { swarmRoutes } from "./swarm.ts";
import { taskRoutes } from "./tasks.ts";
import { updateService } from "./update.ts";

export const serviceRoutes: readonly Route[] = [
  listServices,
  inspectService,
  createService,
  updateService,
  removeService,
  ...taskRoutes,
  ...nodeRoutes,
  ...swarmRoutes,
];
