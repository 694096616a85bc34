import * as v from "valibot";
import { base, type Wanted } from "./base.ts";
import { dns } from "./dns.ts";
import { ipRoute } from "./ip-route.ts";
import { networkPolicy } from "./policies/network-policy.ts";
import { subnetPolicy } from "./policies/subnet-policy.ts";
import type { DeepReadonly } from "./schema/deep-readonly.ts";
import { enumeration, flags, id, list, optional, text } from "./schema/fields.ts";
import { since } from "./schema/needs.ts";

/** NAT is the default, and so HNS leaves it out of its answers. */
const NetworkType = {
  NAT: 0,
  ICS: 1,
  Transparent: 2,
  L2Bridge: 3,
  L2Tunnel: 4,
  Overlay: 5,
  Private: 6,
  Internal: 7,
  Mirrored: 8,
  Infiniband: 9,
  ConstrainedICS: 10,
} as const;

const NEWER_TYPES = { Mirrored: "Schema 2.4", Infiniband: "Schema 2.4", ConstrainedICS: "Schema 2.10" } as const;

export const NetworkFlags = {
  EnableDnsProxy: 1,
  EnableDhcpServer: 2,
  EnableMirroring: 4,
  EnableNonPersistent: 8,
  EnablePersistent: 16,
  IsolateVSwitch: 32,
  EnableFlowSteering: 64,
  DisableSharing: 128,
  EnableFirewall: 256,
  SuppressMediaDisconnect: 512,
  /** Needs HNS ≥ 15.1. */
  DisableHostPort: 1024,
  WeakHostReceive: 2048,
  WeakHostSend: 4096,
  EnableIov: 8192,
} as const;

export const SubnetFlags = { DoNotReserveGatewayAddress: 1 } as const;
export const IpSubnetFlags = { EnableBroadcast: 1, ReserveNetworkAddress: 2 } as const;

export const ipSubnet = v.object({
  ID: optional(id),
  IpAddressPrefix: optional(text),
  Flags: optional(since("Schema 2.5", flags(IpSubnetFlags))),
});

export const subnet = v.object({
  /** HNS gives each subnet an id. */
  ID: optional(id),
  IpAddressPrefix: text,
  Policies: optional(list(subnetPolicy)),
  Routes: optional(list(ipRoute)),
  IpSubnets: optional(list(ipSubnet)),
  Flags: optional(since("Schema 2.7", flags(SubnetFlags))),
});

/** Addresses are written 00-15-5D-00-00-01. */
const macRange = v.object({ StartMacAddress: text, EndMacAddress: text });

export const hostComputeNetwork = v.object({
  ...base,
  Type: v.optional(enumeration(NetworkType, NEWER_TYPES), "NAT"),
  Policies: optional(list(networkPolicy)),
  MacPool: optional(v.object({ Ranges: list(macRange) })),
  Dns: optional(dns),
  Ipams: optional(list(v.object({ Type: optional(enumeration({ Static: 0, Dhcp: 1 })), Subnets: list(subnet) }))),
  Flags: optional(flags(NetworkFlags, { DisableHostPort: "DisableHostPort" })),
});

export type HostComputeNetwork = DeepReadonly<v.InferOutput<typeof hostComputeNetwork>>;
export type HostComputeNetworkType = keyof typeof NetworkType;
export type Subnet = DeepReadonly<v.InferOutput<typeof subnet>>;
export type IpSubnet = DeepReadonly<v.InferOutput<typeof ipSubnet>>;
export type WantedNetwork = Wanted<HostComputeNetwork>;
