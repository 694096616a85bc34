import type { HealthCheckChange } from "./health-check.ts";
import type { ServiceId } from "./ids.ts";

/** `none`: nobody looks. `starting`: not known to be healthy yet. Connections go to the healthy, and to those nobody looks at. */
export type Health = "none" | "starting" | "healthy" | "unhealthy";

/** An endpoint's part in a service: it is one of the tasks behind the service's name. */
export interface Task {
  readonly serviceId: ServiceId;
  /** How many connections it is to get in proportion to the others: 1–65,535. */
  readonly weight: number;
  readonly health: Health;
  /** What it has instead of its service's check. */
  readonly healthCheck?: HealthCheckChange;
  /** Its health comes from tests, and means nothing without them. */
  readonly checked?: boolean;
  /** It is about to leave: no new connections, while old ones go on. */
  readonly draining: boolean;
}

/** Whether new connections may go to it, and names tell of it. */
export const takesConnections = ({ health, draining }: Task): boolean =>
  !draining && (health === "none" || health === "healthy");
