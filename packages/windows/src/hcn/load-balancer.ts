import * as v from "valibot";
import { base, type Wanted } from "./base.ts";
import { protocol } from "./policies/protocol.ts";
import type { DeepReadonly } from "./schema/deep-readonly.ts";
import { count, enumeration, flags, id, list, optional, text } from "./schema/fields.ts";
import { hintSince, since } from "./schema/needs.ts";

export const LoadBalancerFlags = {
  /** Needs HNS 9.3 to 9.x or ≥ 10.2. */
  EnableDirectServerReturn: 1,
  IPv6: 2,
} as const;

export const LoadBalancerPortMappingFlags = {
  EnableInternalLoadBalancer: 1,
  LocalRoutedVip: 2,
  UseMux: 4,
  EnablePreserveDip: 8,
} as const;

const distribution = enumeration({ None: 0, SourceIPProtocol: 1, SourceIP: 2 });

const portMapping = v.object({
  Protocol: protocol,
  InternalPort: count,
  ExternalPort: count,
  /** The same client gets the same backend. */
  DistributionType: optional(since("SessionAffinity", distribution)),
  Flags: optional(flags(LoadBalancerPortMappingFlags)),
});

export const hostComputeLoadBalancer = v.object({
  ...base,
  HostComputeNetwork: optional(hintSince("Schema 2.5", id)),
  /** The backends. */
  HostComputeEndpoints: v.optional(list(id), []),
  /** Backends see this address as the client's: an overlay network has to have one. */
  SourceVIP: optional(text),
  /** None: all addresses of this host. */
  FrontendVIPs: optional(list(text)),
  PortMappings: optional(list(portMapping)),
  Flags: optional(flags(LoadBalancerFlags, { EnableDirectServerReturn: "DirectServerReturn", IPv6: "IPv6DualStack" })),
});

export type HostComputeLoadBalancer = DeepReadonly<v.InferOutput<typeof hostComputeLoadBalancer>>;
export type LoadBalancerPortMapping = DeepReadonly<v.InferOutput<typeof portMapping>>;
export type WantedLoadBalancer = Wanted<HostComputeLoadBalancer>;
