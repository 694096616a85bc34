import type { HostComputeRoute } from "../hcn/route.ts";
import type { HandlerOf, HandlerParts } from "./handler.ts";
import { HcnObject, ownerText } from "./hcn-object.ts";
import type { RouteResource } from "./resource.ts";
import { keyed } from "./resource-key.ts";

export function routeHandler(parts: HandlerParts): HandlerOf<"hcn-route"> {
  const object = new HcnObject(parts, {
    objects: parts.client.routes,
    forever: parts.forever.routes,
    wanted: (resource: RouteResource) => ({ ...resource.document, ID: resource.id, Owner: ownerText(resource) }),
    resource: routeResource,
  });
  const make: HandlerOf<"hcn-route">["make"] = (resource) => object.make(resource, change);
  // HNS changes no routes.
  const change: HandlerOf<"hcn-route">["change"] = (from, to) => object.replace(from, to, make);
  return {
    kind: "hcn-route",
    make,
    drop: (resource) => object.drop(resource, make),
    change,
    observe: (known) => object.observe(known),
  };
}

function routeResource(document: HostComputeRoute, owner: RouteResource["owner"]): RouteResource {
  const { ID: id, Owner: _, Health: _health, State: _state, ...rest } = document;
  return keyed({ kind: "hcn-route", owner, id, document: rest });
}
