import { HEALTH_DEFAULTS, type HealthCheck } from "../model/health-check.ts";
import type { Service } from "../model/service.ts";
import type { Task } from "../model/task.ts";

/** How a task's health is found out: as its service says, except for what it says itself. Undefined: nobody looks. */
export function effectiveCheck(
  { healthCheck: common }: Pick<Service, "healthCheck">,
  { healthCheck: own }: Pick<Task, "healthCheck">,
): HealthCheck | undefined {
  if (own === "none") return undefined;
  const test = own?.test ?? common?.test;
  return test === undefined ? undefined : { ...HEALTH_DEFAULTS, ...common, ...own, test };
}
