import type { Protocol } from "../model/port.ts";
import type { EndpointMode, PublishMode, Scheduler } from "../model/service.ts";
import type { HealthSpec } from "./health-spec.ts";

/**
 * What a service is to be like. Everything but the name has a default.
 *
 * @example
 * const spec: ServiceSpec = {
 *   name: "web",
 *   networks: ["app"],
 *   ports: [{ published: 8080, target: 80 }],
 * };
 */
export interface ServiceSpec {
  readonly name: string;
  /** Networks by name or id, with further names of the service on each. Default: none; tasks cannot join on others. */
  readonly networks?: readonly (string | { readonly network: string; readonly aliases?: readonly string[] })[];
  /** Default: "vip". */
  readonly endpointMode?: EndpointMode;
  readonly ports?: readonly ServicePortSpec[];
  /** Default: "rr". */
  readonly scheduler?: Scheduler;
  /** Seconds for which a client is sent to the same task. Default: none. */
  readonly affinity?: number;
  /** "ipvs", "nftables", "hcn". Default: the first that the host has and that can do what is asked. */
  readonly balancer?: string;
  /** Seconds. Default: 7,200 for open TCP connections, as long as Linux keeps them alive; 120 after a FIN; 180 for UDP. */
  readonly timeouts?: { readonly tcp?: number; readonly tcpFin?: number; readonly udp?: number };
  /** Seconds. Default: 30. */
  readonly drainTimeout?: number;
  /** How its tasks' health is found out. Default: the embedder says it. */
  readonly health?: HealthSpec;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What of a service can change. What is not named stays; what may be absent goes when it is undefined. */
export interface ServiceUpdate extends Partial<Omit<ServiceSpec, "name" | "endpointMode" | "affinity" | "health">> {
  readonly affinity?: number | undefined;
  readonly health?: HealthSpec | undefined;
}

export interface ServicePortSpec {
  /** Default: the target. */
  readonly published?: number;
  readonly target: number;
  /** Default: "tcp". */
  readonly protocol?: Protocol;
  /** Default: "ingress". */
  readonly mode?: PublishMode;
  readonly name?: string;
}
