export type { EndpointJson } from "../view/endpoint-json.ts";
export type { DifferenceJson, FindingJson, ResourceJson } from "../view/finding-json.ts";
export type { NetworkJson } from "../view/network-json.ts";
export type { SandboxJson } from "../view/sandbox-json.ts";
export type { ServiceJson } from "../view/service-json.ts";
export type { TaskJson } from "../view/task-json.ts";
export { type Client, createClient } from "./create-client.ts";
export type { ClientOptions } from "./transport.ts";
export type * from "./types.ts";
