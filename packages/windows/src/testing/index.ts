export { blindInspector } from "../platform/hazards/inspection.ts";
export * from "./fake-hcn.ts";
export * from "./fake-windows.ts";
export * from "./hcn-balancer-world.ts";
export * from "./hcn-conformance.ts";
export * from "./hosted-drivers.ts";
export * from "./impossible-balancer.ts";
export * from "./stepped-hcn.ts";
