export type * from "./firewall/firewall.ts";
export type * from "./resources/resource.ts";
