import type { Endpoint, HealthReport, Network, Sandbox } from "@cnm/core";
import type { SandboxRecord } from "../records/sandbox-record.ts";

/** An endpoint with both of its ends. */
export interface Member {
  readonly endpoint: Endpoint;
  readonly sandbox: Sandbox;
  readonly network: Network;
  /** What tests of the task that it is have shown. */
  readonly report?: HealthReport | undefined;
}

/** A sandbox with everything that is shown of it. */
export interface SandboxState {
  readonly sandbox: Sandbox;
  readonly record: SandboxRecord;
  readonly members: readonly Member[];
  readonly etcDir: string;
  readonly logPath: string;
}
