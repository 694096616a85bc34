import type { IpamDriver } from "../contracts/ipam-driver.ts";
import type { Logger } from "../contracts/logger.ts";
import type { Platform } from "../contracts/platform.ts";
import type { Store } from "../contracts/store.ts";
import type { Clock } from "../discovery/forward/clock.ts";
import type { ProgramEnd } from "../health/run-test.ts";
import type { PredefinedPool } from "../ipam/predefined-pools.ts";
import type { Sandbox } from "../model/sandbox.ts";

/** Resolves when the program has ended. When the signal aborts, it is ended, with all that it has started. */
export type SandboxRunner = (sandbox: Sandbox, command: readonly string[], signal: AbortSignal) => Promise<ProgramEnd>;

export interface ControllerOptions {
  /** The host's side. It is the controller's from now on, which closes it. */
  readonly platform: Platform;
  /** Where records are kept. It is the controller's from now on, which closes it. */
  readonly store: Store;
  /** Where networks without a named subnet get theirs. Default: Docker's pools, and unique local IPv6 ones. */
  readonly addressPools?: readonly PredefinedPool[];
  /** IPAM drivers besides "default", "null" and the platform's. One of these names replaces the built-in one. */
  readonly ipamDrivers?: readonly IpamDriver[];
  /** The driver of networks that name none. Default: the platform's choice, "bridge" on Linux and "nat" on Windows. */
  readonly defaultDriver?: string;
  /** Options of new networks, by driver: { bridge: { "com.docker.network.driver.mtu": "1400" } }. A network's own win. */
  readonly defaultNetworkOptions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Runs the programs of health tests inside sandboxes. Absent: tests with `exec` are refused. */
  readonly runInSandbox?: SandboxRunner;
  /** For tests of what happens over time. Default: the system's. */
  readonly clock?: Clock;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** Make the host match the records at start. Default: true. */
  readonly reconcile?: boolean;
  /** Mend drift as soon as the kernel tells of it, and what could not be told of a service. Default: false. */
  readonly autoRepair?: boolean;
}
