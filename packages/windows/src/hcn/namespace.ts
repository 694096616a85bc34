import * as v from "valibot";
import { base, type Wanted } from "./base.ts";
import type { DeepReadonly } from "./schema/deep-readonly.ts";
import { count, enumeration, flag, id, list, optional } from "./schema/fields.ts";

const NamespaceType = { Host: 0, HostDefault: 1, Guest: 2, GuestDefault: 3 } as const;

/** Endpoints have an id of HNS, containers any text. */
const resource = v.variant("Type", [
  v.object({ Type: v.literal("Endpoint"), Data: v.object({ Id: id }) }),
  v.object({ Type: v.literal("Container"), Data: v.object({ Id: v.string() }) }),
]);

export const hostComputeNamespace = v.object({
  ...base,
  Type: v.optional(enumeration(NamespaceType), "Host"),
  /** Its network compartment; 0 or left out: not there yet, for no container has started in it. */
  NamespaceId: optional(count),
  NamespaceGuid: optional(id),
  Resources: optional(list(resource)),
  /** Its compartment is made at once. A host that does not know the field makes it with the first container. */
  CreateWithCompartment: optional(flag),
  ReadyOnCreate: optional(flag),
});

export type HostComputeNamespace = DeepReadonly<v.InferOutput<typeof hostComputeNamespace>>;
export type HostComputeNamespaceType = keyof typeof NamespaceType;
export type NamespaceResource = DeepReadonly<v.InferOutput<typeof resource>>;
export type WantedNamespace = Omit<Wanted<HostComputeNamespace>, "NamespaceId" | "NamespaceGuid">;
