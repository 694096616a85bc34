import type { ContainerSpec } from "./engine.ts";

/** One step that both daemons take. */
export type Step =
  /** A call of the docker command line: what it says and its exit status are compared. */
  | { readonly docker: readonly string[]; readonly sorted: boolean }
  /** A container here, a sandbox there. */
  | { readonly start: ContainerSpec };

export const docker = (...args: readonly string[]): Step => ({ docker: args, sorted: false });
/** Docker says this in an order that comes from ids, or from chance: the lines are compared. */
export const sorted = (...args: readonly string[]): Step => ({ docker: args, sorted: true });
export const start = (spec: ContainerSpec): Step => ({ start: spec });
