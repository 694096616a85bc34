import { setTimeout as delay } from "node:timers/promises";
import type { ContainerSpec, Engine } from "./engine.ts";

/** One step that both daemons take. */
export type Step =
  /** A call of the docker command line: what it says and its exit status are compared. */
  | { readonly docker: readonly string[]; readonly sorted: boolean }
  /** What each has its own way to do. */
  | { readonly prepare: (engine: Engine) => Promise<void> };

export const docker = (...args: readonly string[]): Step => ({ docker: args, sorted: false });
/** Docker says this in an order that comes from ids, or from chance: the lines are compared. */
export const sorted = (...args: readonly string[]): Step => ({ docker: args, sorted: true });
/** A container here, a sandbox there. */
export const start = (spec: ContainerSpec): Step => ({ prepare: (engine) => engine.start(spec) });
/** An overlay network here, a bridge there. */
export const serviceNetwork = (name: string, subnet: string): Step => ({
  prepare: (engine) => engine.serviceNetwork(name, subnet),
});
/** So many tasks of a service: replicas here, sandboxes there. */
export const staff = (service: string, tasks: number): Step => ({ prepare: (engine) => engine.staff(service, tasks) });
/** The command line cuts times to whole seconds: `--until 0s` leaves out what has happened in this one. */
export const nextSecond: Step = { prepare: async () => delay(1_000 - (Date.now() % 1_000)) };
