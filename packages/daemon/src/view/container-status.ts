import type { Health } from "@cnm/core";
import { isRunning, type SandboxRecord } from "../records/sandbox-record.ts";
import { humanDuration } from "./duration.ts";

export type ContainerState = "created" | "running" | "exited";

/** A sandbox without a program of the daemon's runs: whoever made it has his in there. */
export function containerState(record: SandboxRecord): ContainerState {
  if (record.program === undefined || isRunning(record)) return "running";
  return record.program.process === undefined ? "created" : "exited";
}

const HEALTH: Readonly<Record<Health, string>> = {
  none: "health: none",
  starting: "health: starting",
  healthy: "healthy",
  unhealthy: "unhealthy",
};

/** "Up 3 minutes", "Up 3 minutes (healthy)", "Exited (1) 5 seconds ago". */
export function containerStatus(created: string, record: SandboxRecord, now: number, health?: Health): string {
  const { started = created, finished, exitCode } = record.program?.process ?? {};
  const since = (time: string) => humanDuration(now - Date.parse(time));
  switch (containerState(record)) {
    case "created":
      return "Created";
    case "running":
      return `Up ${since(started)}${health === undefined ? "" : ` (${HEALTH[health]})`}`;
    case "exited":
      return `Exited (${exitCode ?? "?"}) ${since(finished ?? started)} ago`;
  }
}
