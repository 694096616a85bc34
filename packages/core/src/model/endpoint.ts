import type { EndpointId, NetworkId, SandboxId } from "./ids.ts";
import type { Family, LifeState } from "./network.ts";
import type { ExposedPort, PublishedPort } from "./port.ts";
import type { Task } from "./task.ts";

export interface EndpointAddress {
  readonly family: Family;
  /** "10.7.0.2/24" */
  readonly address: string;
  /** The pool that it came from; absent for link-local extras. */
  readonly poolId?: string;
}

/** What joins one sandbox to one network, as it is stored and as drivers see it. */
export interface Endpoint {
  readonly schema: 1;
  readonly id: EndpointId;
  readonly name: string;
  readonly networkId: NetworkId;
  readonly sandboxId: SandboxId;
  readonly state: LifeState;
  /** ISO 8601 */
  readonly created: string;
  /** Inside the sandbox: "eth0" */
  readonly interfaceName: string;
  /** "02:42:0a:07:00:02"; "" where the driver's endpoints share that of another link. */
  readonly macAddress: string;
  readonly addresses: readonly EndpointAddress[];
  readonly aliases: readonly string[];
  /** Host ports are settled: no zeros, no ranges. */
  readonly ports: readonly PublishedPort[];
  readonly exposed: readonly ExposedPort[];
  /** The higher wins the default route; 0 unless set. */
  readonly gatewayPriority: number;
  /** Which default routes of the sandbox go through this endpoint. Settled by the controller on each join and leave. */
  readonly gateway: { readonly ipv4: boolean; readonly ipv6: boolean };
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Which part of a network that is made of several: see `PlanningDriver.segmentSize`. Absent: the first, 0. */
  readonly segment?: number;
  /** Which service it works for, and how it fares. Absent: none. */
  readonly task?: Task;
}
