import type { StoreChange, StoreValue } from "../contracts/store.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Network } from "../model/network.ts";
import type { Resource } from "../model/resource.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Service } from "../model/service.ts";

/** Where records are in the store, and how they are written. */
export const NETWORKS = "network/";
export const SANDBOXES = "sandbox/";
export const ENDPOINTS = "endpoint/";
export const SERVICES = "service/";
export const SHARED = "shared/";

export const putNetwork = (network: Network): StoreChange => put(`${NETWORKS}${network.id}`, network);
export const putSandbox = (sandbox: Sandbox): StoreChange => put(`${SANDBOXES}${sandbox.id}`, sandbox);
export const putEndpoint = (endpoint: Endpoint): StoreChange => put(`${ENDPOINTS}${endpoint.id}`, endpoint);
export const putService = (service: Service): StoreChange => put(`${SERVICES}${service.id}`, service);
export const putShared = (resource: Resource): StoreChange => put(`${SHARED}${resource.key}`, resource);

export const deleteNetwork = ({ id }: Pick<Network, "id">): StoreChange => drop(`${NETWORKS}${id}`);
export const deleteSandbox = ({ id }: Pick<Sandbox, "id">): StoreChange => drop(`${SANDBOXES}${id}`);
export const deleteEndpoint = ({ id }: Pick<Endpoint, "id">): StoreChange => drop(`${ENDPOINTS}${id}`);
export const deleteService = ({ id }: Pick<Service, "id">): StoreChange => drop(`${SERVICES}${id}`);
export const deleteShared = ({ key }: Pick<Resource, "key">): StoreChange => drop(`${SHARED}${key}`);

// Records are JSON all through, which an interface cannot say of itself.
const put = (key: string, value: object): StoreChange => ({ op: "put", key, value: value as StoreValue });
const drop = (key: string): StoreChange => ({ op: "delete", key });
