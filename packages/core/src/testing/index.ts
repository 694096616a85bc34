export * from "./fake-bridge.ts";
export * from "./fake-clock.ts";
export * from "./fake-host.ts";
export * from "./fake-platform.ts";
export type * from "./fake-resource.ts";
export * from "./ipam-conformance.ts";
export * from "./stepped-store.ts";
export * from "./store-conformance.ts";
export * from "./test-runner.ts";
