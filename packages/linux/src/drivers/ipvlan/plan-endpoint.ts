import type { Endpoint, EndpointContext, OwnerRef } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import { readEndpointOptions } from "../endpoint-options.ts";
import { defaultRoute, gatewayFor, ways } from "../on-parent/gateways.ts";
import { hasIpv6, planInterface } from "../on-parent/plan-interface.ts";
import type { IpvlanOptions } from "./ipvlan-options.ts";
import { dummyName } from "./names.ts";

/** The host objects of one endpoint: a link on the parent, made in the sandbox, with the parent's MAC address. */
export function planEndpoint(
  endpoint: Endpoint,
  { network, sandbox }: EndpointContext,
  options: IpvlanOptions,
): readonly LinuxResource[] {
  const owner: OwnerRef = { kind: "endpoint", id: endpoint.id };
  const netns = sandbox.namespace.path;
  const name = endpoint.interfaceName;
  const { options: own } = readEndpointOptions(endpoint.options, name);
  const routed = options.mode !== "l2";
  return [
    keyed({
      kind: "link",
      owner,
      netns,
      name,
      type: "ipvlan",
      up: true,
      ...(options.mtu === undefined ? {} : { mtu: options.mtu }),
      parent: options.parent ?? dummyName(network),
      mode: options.mode,
      flag: options.flag,
    }),
    // In l3 modes there are no neighbours to be told: the parent's host routes.
    ...planInterface(endpoint, sandbox, own, { ipv6: hasIpv6(endpoint, network), announced: !routed }),
    ...ways(endpoint).flatMap((family) => {
      const gateway = routed ? undefined : gatewayFor(network, endpoint, family);
      if (!routed && gateway === undefined) return [];
      const destination = defaultRoute(family);
      const via = gateway === undefined ? {} : { gateway };
      return [keyed({ kind: "route", owner, netns, link: name, destination, ...via })];
    }),
  ];
}
