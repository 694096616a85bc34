import { randomUUID } from "node:crypto";

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** 64 lower-case hex digits, random. */
export type NetworkId = Branded<"network">;
export type EndpointId = Branded<"endpoint">;
export type SandboxId = Branded<"sandbox">;
export type ServiceId = Branded<"service">;

/** Node keeps random bytes in store for UUIDs, which spares a system call each time; 12 of their digits' bits are fixed. */
const newId = (): string => (randomUUID() + randomUUID()).replaceAll("-", "");

export const newNetworkId = (): NetworkId => newId() as NetworkId;
export const newEndpointId = (): EndpointId => newId() as EndpointId;
export const newSandboxId = (): SandboxId => newId() as SandboxId;
export const newServiceId = (): ServiceId => newId() as ServiceId;

/** The form that people see: 12 digits, as Docker shows. */
export const shortId = (id: string): string => id.slice(0, 12);
