export * from "./ipam-conformance.ts";
export * from "./test-runner.ts";
