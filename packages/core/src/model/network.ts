import type { NetworkId } from "./ids.ts";

export type Family = 4 | 6;
export type Scope = "local" | "global";

/** `pending`: being made, or being mended after a crash. `deleting`: being taken down; finished at the next start. */
export type LifeState = "pending" | "ready" | "deleting";

/** One subnet of a network, as it was settled with the IPAM driver. All texts are canonical (RFC 5952 for IPv6). */
export interface NetworkPool {
  readonly family: Family;
  /** What the IPAM driver calls the pool; opaque. */
  readonly poolId: string;
  /** "10.7.0.0/24" */
  readonly subnet: string;
  /** Dynamic addresses come from this part of the subnet. */
  readonly ipRange?: string;
  /** "10.7.0.1"; absent where the driver needs none (internal macvlan…). */
  readonly gateway?: string;
  readonly auxAddresses: Readonly<Record<string, string>>;
}

/** A network as it is stored and as drivers see it. */
export interface Network {
  readonly schema: 1;
  readonly id: NetworkId;
  readonly name: string;
  readonly driver: string;
  readonly scope: Scope;
  readonly state: LifeState;
  /** ISO 8601 */
  readonly created: string;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Driver options as the user gave them, checked by the driver. */
  readonly options: Readonly<Record<string, string>>;
  readonly ipam: {
    readonly driver: string;
    readonly options: Readonly<Record<string, string>>;
    readonly pools: readonly NetworkPool[];
  };
}
