export { blindInspector } from "../platform/hazards/inspection.ts";
export * from "./fake-hcn.ts";
export * from "./fake-windows.ts";
export * from "./hcn-conformance.ts";
export * from "./stepped-hcn.ts";
