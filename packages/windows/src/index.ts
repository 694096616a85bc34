export type { Compartments, CompartmentsParts } from "./compartments/compartments.ts";
export { openCompartments } from "./compartments/open-compartments.ts";
export type { OverlayPeer } from "./drivers/overlay/plan-peer.ts";
export { planPeer } from "./drivers/overlay/plan-peer.ts";
export { windowsDrivers } from "./drivers/windows-drivers.ts";
export type { LibraryPaths } from "./ffi/windows-libraries.ts";
export type * from "./hcn/dns.ts";
export * from "./hcn/endpoint.ts";
export * from "./hcn/features.ts";
export * from "./hcn/guid.ts";
export type * from "./hcn/hcn-client.ts";
export * from "./hcn/hcn-error.ts";
export * from "./hcn/hns-version.ts";
export type * from "./hcn/ip-route.ts";
export * from "./hcn/load-balancer.ts";
export type * from "./hcn/modify.ts";
export * from "./hcn/namespace.ts";
export * from "./hcn/network.ts";
export * from "./hcn/notification.ts";
export { type HcnClientOptions, openHcnClient } from "./hcn/open-hcn-client.ts";
export type { EndpointPolicy, EndpointPolicySettings } from "./hcn/policies/endpoint-policy.ts";
export { FirewallPolicyFlags } from "./hcn/policies/firewall.ts";
export type { NetworkPolicy, NetworkPolicySettings } from "./hcn/policies/network-policy.ts";
export { NatFlags } from "./hcn/policies/port-mapping.ts";
export type { SubnetPolicy } from "./hcn/policies/subnet-policy.ts";
export * from "./hcn/route.ts";
export type * from "./hcn/statistics.ts";
export { windowsIpam } from "./ipam/windows-ipam.ts";
export { restrictPipe } from "./pipe/restrict-pipe.ts";
export { createWindowsPlatform, type WindowsPlatformParts } from "./platform/create-windows-platform.ts";
export { type WindowsPlatformOptions, windowsPlatform } from "./platform/windows-platform.ts";
export { type NetAdapter, netAdapters } from "./powershell/net-adapters.ts";
export { type PowerShell, type PowerShellOptions, powerShell } from "./powershell/power-shell.ts";
export { type WindowsFeatures, windowsFeatures } from "./powershell/windows-features.ts";
export type {
  EndpointResource,
  LoadBalancerResource,
  NetworkResource,
  RouteResource,
  WindowsResource,
} from "./resources/resource.ts";
export { installTask, uninstallTask } from "./service/install-task.ts";
