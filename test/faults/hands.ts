import type { Health } from "@cnm/core";
import type { DrawnService } from "./draw-service.ts";
import type { Operation } from "./operation.ts";

/** By which operations get done: the library in this process, or a daemon. What is there bears the label of what made it. */
export interface Hands {
  createNetwork(what: Drawn<"create-network">, label: string): Promise<unknown>;
  createSandbox(name: string, netns: string | undefined, label: string): Promise<unknown>;
  createService(what: Drawn<"create-service">, label: string): Promise<unknown>;
  /** By name or id. Like the two below, they refuse what is not there. */
  network(name: string): Promise<NetworkInHand>;
  sandbox(name: string): Promise<SandboxInHand>;
  service(name: string): Promise<ServiceInHand>;
  /** What is wrong with the host. */
  doctor(): Promise<readonly { readonly type: string; readonly message: string }[]>;
}

export type Drawn<Kind extends Operation["kind"]> = Operation & { readonly kind: Kind };

export const networkOptions = ({ icc, segmentSize }: Drawn<"create-network">): Readonly<Record<string, string>> => ({
  ...(icc ? {} : { "com.docker.network.bridge.enable_icc": "false" }),
  "cnm.network.bridge.segment_size": String(segmentSize),
});

interface InHand {
  readonly id: string;
  readonly label: string;
}

export interface NetworkInHand extends InHand {
  remove(): Promise<unknown>;
}

export interface SandboxInHand extends InHand {
  endpoints(): Promise<readonly EndpointInHand[]>;
  join(network: NetworkInHand, join: Joining, label: string): Promise<unknown>;
  remove(): Promise<unknown>;
}

export interface Joining {
  readonly ports: readonly string[];
  /** As a task of it. */
  readonly service?: string;
  readonly weight?: number;
}

export interface EndpointInHand extends InHand {
  leave(): Promise<unknown>;
}

export interface ServiceInHand extends InHand {
  readonly endpointMode: "vip" | "dnsrr";
  /** Their ids. */
  readonly networks: readonly string[];
  tasks(): Promise<readonly TaskInHand[]>;
  update(spec: DrawnService): Promise<unknown>;
  remove(): Promise<unknown>;
}

export interface TaskInHand extends InHand {
  setHealth(health: Health): Promise<unknown>;
  setWeight(weight: number): Promise<unknown>;
}

/** Seconds; nobody talks while operations go on. */
export const DRAIN = 2;
