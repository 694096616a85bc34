import type { ContainerSpec } from "./engine.ts";

/** One step that both daemons take. */
export type Step =
  /** A call of the docker command line: what it says and its exit status are compared. */
  | { readonly docker: readonly string[] }
  /** A container here, a sandbox there. */
  | { readonly start: ContainerSpec };

export const docker = (...docker: readonly string[]): Step => ({ docker });
export const start = (spec: ContainerSpec): Step => ({ start: spec });
