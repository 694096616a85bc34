import { CnmError } from "@cnm/core";
import { HcnError } from "../hcn/hcn-error.ts";
import type { HostComputeLoadBalancer } from "../hcn/load-balancer.ts";
import { told } from "./advice.ts";
import type { HandlerOf, HandlerParts, Undo } from "./handler.ts";
import { HcnObject, ownerText } from "./hcn-object.ts";
import type { LoadBalancerResource } from "./resource.ts";
import { keyed } from "./resource-key.ts";

export function loadBalancerHandler(parts: HandlerParts): HandlerOf<"hcn-loadbalancer"> {
  const { client } = parts;
  const wanted = (resource: LoadBalancerResource) => ({
    ...resource.document,
    ID: resource.id,
    Owner: ownerText(resource),
  });
  const object = new HcnObject(parts, {
    objects: client.loadBalancers,
    forever: parts.forever.loadBalancers,
    wanted,
    resource: loadBalancerResource,
  });
  const make = (resource: LoadBalancerResource): Promise<Undo> => object.make(resource, change);

  /** Backends come and go without a break where HNS can; where it cannot, it is made anew. */
  async function change(from: LoadBalancerResource, to: LoadBalancerResource): Promise<Undo> {
    const update = (resource: LoadBalancerResource) => client.loadBalancers.modify(resource.id, wanted(resource));
    try {
      await update(to);
      return () => update(from);
    } catch (error) {
      if (error instanceof CnmError && (error.kind === "unsupported" || isGone(error))) {
        return object.replace(from, to, make);
      }
      throw told("changed", to, error);
    }
  }

  return {
    kind: "hcn-loadbalancer",
    make,
    drop: (resource) => object.drop(resource, make),
    change,
    observe: (known) => object.observe(known),
  };
}

const isGone = (error: CnmError): boolean => error instanceof HcnError && error.isNotFound;

function loadBalancerResource(
  document: HostComputeLoadBalancer,
  owner: LoadBalancerResource["owner"],
): LoadBalancerResource {
  const { ID: id, Owner: _, Health: _health, State: _state, ...rest } = document;
  return keyed({ kind: "hcn-loadbalancer", owner, id, document: rest });
}
