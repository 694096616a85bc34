import { CnmError, type HostLink, type Network, type NetworkDraft, shortId } from "@cnm/core";
import * as labels from "../labels.ts";
import { isVlanId, LEAST_VLAN, MOST_VLAN, parentOf, vlanName } from "./parent.ts";

/** What any network of these drivers needs. */
export function draftFaults({ ipv4, ipv6 }: NetworkDraft): readonly string[] {
  return ipv4 || ipv6 ? [] : ["ipv4 and ipv6 are both off: one of them has to be on"];
}

/** What is wrong with the parent as it is on this host. */
export function parentFaults(
  { parent, mtu }: { readonly parent?: string; readonly mtu?: number },
  links: readonly HostLink[],
): readonly string[] {
  if (parent === undefined) return [];
  const found = links.find(({ name }) => name === parent);
  if (found !== undefined) return linkFaults(found, mtu);
  const vlan = vlanName(parent);
  if (vlan === undefined) return [`option ${labels.PARENT}: there is no link ${parent} on this host`];
  if (!isVlanId(vlan.id)) {
    return [
      `option ${labels.PARENT}: there is no link ${parent}, and VLAN ids are from ${LEAST_VLAN} to ${MOST_VLAN}, not ${vlan.id}`,
    ];
  }
  const base = links.find(({ name }) => name === vlan.base);
  if (base === undefined) {
    return [`option ${labels.PARENT}: there is no link ${parent}, nor ${vlan.base} to make VLAN ${vlan.id} on`];
  }
  if (!base.up) {
    return [`option ${labels.PARENT}: ${vlan.base} is down, so VLAN ${parent} cannot be used: set it up first`];
  }
  return mtuFaults(base, mtu);
}

function linkFaults(link: HostLink, mtu: number | undefined): readonly string[] {
  const { name, master } = link;
  const taken =
    master === undefined
      ? []
      : [`option ${labels.PARENT}: ${name} is a port of ${master}, which gets all that arrives on it: name ${master}`];
  return [...taken, ...mtuFaults(link, mtu)];
}

function mtuFaults({ name, mtu: most }: HostLink, mtu: number | undefined): readonly string[] {
  if (mtu === undefined || mtu <= most) return [];
  return [`option ${labels.MTU}: ${mtu} is more than the MTU of ${name}, which is ${most}`];
}

/** The network that has the parent in a way that leaves no room for this one, by `excludes`. */
export function parentClash(
  network: Network,
  others: readonly Network[],
  excludes: (other: Network) => string | undefined,
): CnmError | undefined {
  const parent = parentOf(network);
  if (parent === undefined) return undefined;
  for (const other of others) {
    if (other.id === network.id || parentOf(other) !== parent) continue;
    const why = excludes(other);
    if (why === undefined) continue;
    const message = `network ${other.name} (${shortId(other.id)}) is already using parent interface ${parent}, which ${network.name} cannot share: ${why}`;
    return new CnmError("forbidden", "parent-in-use", message);
  }
  return undefined;
}
