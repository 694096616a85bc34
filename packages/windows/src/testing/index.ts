export * from "./fake-hcn.ts";
export * from "./hcn-conformance.ts";
