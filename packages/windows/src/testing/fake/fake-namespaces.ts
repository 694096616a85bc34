import { newGuid } from "../../hcn/guid.ts";
import type { HostComputeNamespace } from "../../hcn/namespace.ts";

/** The host's own compartment is 1; another one is made at once when the document asks for it. */
export function settleNamespace(namespace: HostComputeNamespace, nextCompartment: () => number): HostComputeNamespace {
  const settled = { Resources: [], ...namespace };
  if (namespace.Type === "HostDefault") return { ...settled, NamespaceId: 1 };
  if (namespace.CreateWithCompartment !== true) return settled;
  return { ...settled, NamespaceId: nextCompartment(), NamespaceGuid: newGuid() };
}
