import type { Network, OwnerRef } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import { planParent } from "../on-parent/plan-parent.ts";
import { hostAddresses } from "./host-access.ts";
import type { MacvlanOptions } from "./macvlan-options.ts";
import { dummyName, shimMac, shimName } from "./names.ts";

/** The host objects of a macvlan network without endpoints: what it stands on, and the host's own end. */
export function planNetwork(network: Network, options: MacvlanOptions): readonly LinuxResource[] {
  return [
    ...planParent(network, options.parent, dummyName(network)),
    ...(options.hostAccess ? planShim(network, options) : []),
  ];
}

/** Its addresses are single ones: the way to the subnet as a whole is the host's own matter. */
function planShim(network: Network, { parent, mtu }: MacvlanOptions): readonly LinuxResource[] {
  const owner: OwnerRef = { kind: "network", id: network.id };
  const name = shimName(network);
  const addresses = hostAddresses(network);
  const hasIpv6 = addresses.some(({ family }) => family === 6);
  return [
    keyed({
      kind: "link",
      owner,
      name,
      type: "macvlan",
      up: true,
      mac: shimMac(network),
      ...(mtu === undefined ? {} : { mtu }),
      parent: parent ?? dummyName(network),
      mode: "bridge",
    }),
    ...[
      [`net/ipv6/conf/${name}/disable_ipv6`, hasIpv6 ? "0" : "1"] as const,
      // What routers of the LAN say is for the parent.
      [`net/ipv6/conf/${name}/accept_ra`, "0"] as const,
    ].map(([path, value]) => keyed({ kind: "sysctl", owner, name: path, value, optional: true })),
    ...addresses.map(({ address, bits }) =>
      keyed({ kind: "address", owner, link: name, address: `${address}/${bits}` }),
    ),
  ];
}
