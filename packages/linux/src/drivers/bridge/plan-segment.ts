import type { HostFacts, Network, OwnerRef } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import type { BridgeOptions } from "./bridge-options.ts";
import { bridgeName, segmentMac, segmentNames } from "./names.ts";

/**
 * A further bridge of a network: a switch behind a switch, in a namespace of its own, so that nothing of the host's stack (addresses,
 * routes, firewalls, what others do with all links) has to do with it. All that the host does with the network goes on at the
 * first bridge. Needed as long as there is an endpoint on it.
 */
export function planSegment(
  network: Network,
  segment: number,
  options: BridgeOptions,
  host: HostFacts,
  namespaces: string,
): readonly LinuxResource[] {
  const owner: OwnerRef = { kind: "network", id: network.id };
  const shared = { owner, shared: true } as const;
  const { namespace, bridge, uplink, port } = segmentNames(network, segment);
  const netns = `${namespaces}/${namespace}`;
  const mtu = options.mtu ?? host.mtu;
  // Multicast always passes: neither side knows who listens behind the other.
  const between = { hairpin: false, router: true } as const;
  return [
    keyed({ ...shared, kind: "netns", path: netns }),
    keyed({
      ...shared,
      kind: "link",
      netns,
      name: bridge,
      type: "bridge",
      up: true,
      mtu,
      mac: segmentMac(network, segment),
      linkLocal: false,
    }),
    keyed({
      ...shared,
      kind: "link",
      name: port,
      type: "veth",
      up: true,
      mtu,
      master: bridgeName(network, options),
      port: { ...between, isolated: !options.icc },
      linkLocal: false,
      // What is isolated reaches only what is not: on that side, this.
      peer: {
        netns,
        name: uplink,
        mtu,
        up: true,
        master: bridge,
        port: { ...between, isolated: false },
        linkLocal: false,
      },
    }),
  ];
}
