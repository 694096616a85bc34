import type { Route } from "../route/route.ts";
import { connectRoute } from "./connect.ts";
import { healthRoutes } from "./health.ts";
import { programRoutes } from "./program.ts";
import { runRoute } from "./run.ts";
import { sandboxRoutes } from "./sandboxes.ts";
import { taskRoute } from "./task.ts";

/** What Docker has no words for. */
export const cnmRoutes: readonly Route[] = [
  ...sandboxRoutes,
  connectRoute,
  runRoute,
  ...programRoutes,
  taskRoute,
  ...healthRoutes,
];
