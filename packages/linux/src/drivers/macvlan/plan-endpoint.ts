import type { Endpoint, EndpointContext, OwnerRef } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import { readEndpointOptions } from "../endpoint-options.ts";
import { defaultRoute, gatewayFor, ways } from "../on-parent/gateways.ts";
import { hasIpv6, planInterface } from "../on-parent/plan-interface.ts";
import { hostAddresses } from "./host-access.ts";
import type { MacvlanOptions } from "./macvlan-options.ts";
import { dummyName, shimName } from "./names.ts";

/** The host objects of one endpoint: a link on the parent, made in the sandbox, and the host's way to it. */
export function planEndpoint(
  endpoint: Endpoint,
  { network, sandbox }: EndpointContext,
  options: MacvlanOptions,
): readonly LinuxResource[] {
  const owner: OwnerRef = { kind: "endpoint", id: endpoint.id };
  const netns = sandbox.namespace.path;
  const name = endpoint.interfaceName;
  const { options: own } = readEndpointOptions(endpoint.options, name);
  return [
    keyed({
      kind: "link",
      owner,
      netns,
      name,
      type: "macvlan",
      up: true,
      ...(endpoint.macAddress === "" ? {} : { mac: endpoint.macAddress }),
      ...(options.mtu === undefined ? {} : { mtu: options.mtu }),
      parent: options.parent ?? dummyName(network),
      mode: options.mode,
    }),
    ...planInterface(endpoint, sandbox, own, { ipv6: hasIpv6(endpoint, network), announced: true }),
    ...ways(endpoint).flatMap((family) => {
      const gateway = gatewayFor(network, endpoint, family);
      if (gateway === undefined) return [];
      return [keyed({ kind: "route", owner, netns, link: name, destination: defaultRoute(family), gateway })];
    }),
    ...(options.hostAccess ? wayFromHost(endpoint, network, owner) : []),
  ];
}

/** More precise than the way to the subnet, which mostly leads by the parent. */
function wayFromHost(
  { addresses }: Endpoint,
  network: EndpointContext["network"],
  owner: OwnerRef,
): readonly LinuxResource[] {
  const link = shimName(network);
  return addresses.flatMap(({ address, poolId }) => {
    const host = hostAddresses(network).find((one) => one.poolId === poolId);
    if (host === undefined) return [];
    const destination = `${address.slice(0, address.indexOf("/"))}/${host.bits}`;
    return [keyed({ kind: "route", owner, link, destination, source: host.address })];
  });
}
