export * from "./fake-hcn.ts";
export * from "./fake-windows.ts";
export * from "./hcn-conformance.ts";
export * from "./stepped-hcn.ts";
