import type { HostComputeNamespace } from "../hcn/namespace.ts";
import type { HandlerOf, HandlerParts } from "./handler.ts";
import { HcnObject, ownerText } from "./hcn-object.ts";
import type { NamespaceResource } from "./resource.ts";
import { keyed } from "./resource-key.ts";

export function namespaceHandler(parts: HandlerParts): HandlerOf<"hcn-namespace"> {
  const object = new HcnObject(parts, {
    objects: parts.client.namespaces,
    forever: parts.forever.namespaces,
    wanted: (resource: NamespaceResource) => ({ ...resource.document, ID: resource.id, Owner: ownerText(resource) }),
    resource: namespaceResource,
  });
  const make: HandlerOf<"hcn-namespace">["make"] = (resource) => object.make(resource, change);
  const change: HandlerOf<"hcn-namespace">["change"] = (from, to) => object.replace(from, to, make);
  return {
    kind: "hcn-namespace",
    make,
    drop: (resource) => object.drop(resource, make),
    change,
    observe: (known) => object.observe(known),
  };
}

function namespaceResource(document: HostComputeNamespace, owner: NamespaceResource["owner"]): NamespaceResource {
  return keyed({ kind: "hcn-namespace", owner, id: document.ID, document: { Type: document.Type } });
}
