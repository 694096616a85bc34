import { HOST_OWNER, type Network, type OwnerRef } from "@cnm/core";
import type { LinkResource, LinuxResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import { isVlanId, vlanName } from "./parent.ts";

/**
 * What a network stands on. A parent called like a VLAN is one: made where there is none of that name, for all networks on it,
 * and removed after the last. One that is there already stays as and what it is; so does every other parent.
 */
export function planParent(network: Network, parent: string | undefined, dummyName: string): readonly LinuxResource[] {
  if (parent === undefined) {
    const owner: OwnerRef = { kind: "network", id: network.id };
    return [keyed({ kind: "link", owner, name: dummyName, type: "dummy", up: true })];
  }
  const vlan = vlanName(parent);
  if (vlan === undefined || !isVlanId(vlan.id)) {
    return [keyed({ kind: "parent", owner: HOST_OWNER, shared: true, name: parent })];
  }
  const link: Omit<LinkResource, "key"> = {
    kind: "link",
    owner: HOST_OWNER,
    shared: true,
    name: parent,
    type: "vlan",
    up: true,
    parent: vlan.base,
    vlanId: vlan.id,
    adopt: true,
  };
  return [keyed(link)];
}
