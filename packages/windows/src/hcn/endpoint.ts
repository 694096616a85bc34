import * as v from "valibot";
import { base, type Wanted } from "./base.ts";
import { dns } from "./dns.ts";
import { ipRoute } from "./ip-route.ts";
import { endpointPolicy } from "./policies/endpoint-policy.ts";
import type { DeepReadonly } from "./schema/deep-readonly.ts";
import { count, flags, id, list, optional, text } from "./schema/fields.ts";
import { hintSince } from "./schema/needs.ts";

export const EndpointFlags = {
  /** Lives on another host. */
  RemoteEndpoint: 1,
  /** Keeps apart from its neighbours. */
  DisableInterComputeCommunication: 2,
  EnableMirroring: 4,
  EnableLowInterfaceMetric: 8,
  OverrideDNSServerOrder: 16,
  EnableDhcp: 32,
} as const;

export const ipConfiguration = v.object({
  IpAddress: optional(text),
  PrefixLength: optional(count),
  IpSubnetId: optional(hintSince("Schema 2.3", id)),
});

export const hostComputeEndpoint = v.object({
  ...base,
  HostComputeNetwork: id,
  /** Set by HNS, when the endpoint is added to a namespace. */
  HostComputeNamespace: optional(id),
  Policies: optional(list(endpointPolicy)),
  /** None: HNS chooses an address. */
  IpConfigurations: optional(list(ipConfiguration)),
  Dns: optional(dns),
  Routes: optional(list(ipRoute)),
  /** 00-15-5D-00-00-01. */
  MacAddress: optional(text),
  Flags: optional(flags(EndpointFlags)),
});

export type HostComputeEndpoint = DeepReadonly<v.InferOutput<typeof hostComputeEndpoint>>;
export type IpConfiguration = DeepReadonly<v.InferOutput<typeof ipConfiguration>>;
export type WantedEndpoint = Wanted<HostComputeEndpoint>;
