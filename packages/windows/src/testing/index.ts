export * from "./fake-hcn.ts";
export * from "./fake-windows.ts";
export * from "./hcn-balancer-world.ts";
export * from "./hcn-conformance.ts";
export * from "./stepped-hcn.ts";
export { blindInspector } from "../platform/hazards/inspection.ts";
