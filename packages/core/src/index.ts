export * from "./address/address.ts";
export * from "./address/address-bytes.ts";
export * from "./address/canonical.ts";
export * from "./address/classify.ts";
export * from "./address/format-address.ts";
export * from "./address/mac.ts";
export * from "./address/prefix.ts";
export * from "./contracts/driver.ts";
export * from "./contracts/ipam-driver.ts";
export * from "./contracts/logger.ts";
export * from "./contracts/platform.ts";
export * from "./contracts/store.ts";
export { type Controller, createController } from "./controller/controller.ts";
export type { ControllerOptions } from "./controller/controller-options.ts";
export type { Repair } from "./controller/doctor.ts";
export type { EndpointHandle } from "./controller/endpoint-handle.ts";
export type { ControllerEvents } from "./controller/events.ts";
export type { NetworkHandle } from "./controller/network-handle.ts";
export type { ReconcileOptions } from "./controller/reconcile.ts";
export type { SandboxHandle } from "./controller/sandbox-handle.ts";
export { Turns } from "./controller/turns.ts";
export { createDiscovery, type Discovery, type DiscoveryOptions } from "./discovery/discovery.ts";
export * from "./discovery/forward/clock.ts";
export {
  createForwarder,
  type Forwarder,
  type ForwarderOptions,
  type ForwardRequest,
} from "./discovery/forward/forwarder.ts";
export type { NameServer, Transport } from "./discovery/forward/transport.ts";
export * from "./discovery/hosts-file.ts";
export type * from "./discovery/name-entry.ts";
export type { Question } from "./discovery/question.ts";
export * from "./discovery/resolv-conf.ts";
export { createResponder, type Reply, type Responder, type ResponderOptions } from "./discovery/responder.ts";
export type * from "./discovery/verdict.ts";
export type { Query } from "./discovery/wire/query.ts";
export * from "./discovery/wire/read-query.ts";
export * from "./discovery/wire/write-answer.ts";
export * from "./errors/cnm-error.ts";
export { type DefaultIpamOptions, defaultIpam } from "./ipam/default-ipam.ts";
export * from "./ipam/null-ipam.ts";
export type { PredefinedPool } from "./ipam/predefined-pools.ts";
export * from "./model/endpoint.ts";
export * from "./model/finding.ts";
export * from "./model/ids.ts";
export * from "./model/network.ts";
export * from "./model/owner.ts";
export * from "./model/port.ts";
export * from "./model/resource.ts";
export * from "./model/sandbox.ts";
export type { JoinSpec } from "./options/join-spec.ts";
export type { IpamSpec, NetworkSpec, SubnetSpec } from "./options/network-spec.ts";
export type { SandboxSpec } from "./options/sandbox-spec.ts";
export * from "./ports/parse-port-spec.ts";
export * from "./ports/port-allocator.ts";
export { type DirectoryLock, type LockOptions, lockDirectory } from "./store/lock-directory.ts";
export { memoryStore } from "./store/memory-store.ts";
export { openStore } from "./store/open-store.ts";
