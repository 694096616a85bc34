import { type Finding, HOST_OWNER } from "@cnm/core";
import type { HostComputeEndpoint } from "../../hcn/endpoint.ts";
import type { HostComputeLoadBalancer } from "../../hcn/load-balancer.ts";
import type { HostComputeNamespace } from "../../hcn/namespace.ts";
import type { HostComputeNetwork } from "../../hcn/network.ts";
import type { NetworkResource, WindowsResource } from "../../resources/resource.ts";
import type { HostInspection } from "./inspection.ts";

/** What is there, and what is wanted. */
export interface HazardParts {
  readonly wanted: readonly WindowsResource[];
  /** Wanted networks that we make ourselves. */
  readonly wantedNetworks: readonly NetworkResource[];
  readonly networks: readonly HostComputeNetwork[];
  readonly endpoints: readonly HostComputeEndpoint[];
  readonly namespaces: readonly HostComputeNamespace[];
  readonly loadBalancers: readonly HostComputeLoadBalancer[];
  readonly excludedPorts: ReadonlySet<number>;
  /** Undefined: there is no PowerShell to look with. */
  readonly host: HostInspection | undefined;
}

/** One kind of thing that works against networks; empty where it does not. Nothing is changed. */
export type LookForHazard = (parts: HazardParts) => readonly Finding[];

/** `object`: its name; `key`: what it sits on; `cause`: why it is so, and what to do. */
export const hazard = (words: Required<Pick<Finding, "object" | "key" | "message" | "cause">>): Finding => ({
  type: "hazard",
  owner: HOST_OWNER,
  ...words,
  repairable: false,
});

export const isOurs = ({ Owner = "" }: { readonly Owner?: string }): boolean => Owner.startsWith("cnm:");
export const titled = ({ Name, ID }: { readonly Name?: string; readonly ID: string }): string =>
  Name === undefined || Name === "" ? ID : `${JSON.stringify(Name)} (${ID})`;
