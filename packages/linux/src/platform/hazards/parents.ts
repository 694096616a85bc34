import type { Finding } from "@cnm/core";
import type { LinkResource, LinuxResource } from "../../resources/resource.ts";
import { dumpLinks } from "../../route/link/get-link.ts";
import type { Link } from "../../route/link/link.ts";
import { type HazardParts, hazard } from "./hazard.ts";
import { isWireless } from "./is-wireless.ts";

/** Links of the host that keep what stands on them from being heard. */
export async function parentHazards(
  { host, route }: HazardParts,
  wanted: readonly LinuxResource[],
): Promise<readonly Finding[]> {
  const standing = wanted.filter(isStanding);
  if (standing.length === 0) return [];
  return judgeParents(standing, await dumpLinks(route), (link) => host.enter(() => isWireless(link)));
}

/** `links`: all of the host. */
export function judgeParents(
  standing: readonly Standing[],
  links: readonly Link[],
  isWireless: (link: Link) => boolean,
): readonly Finding[] {
  const parents = new Set(standing.map(({ parent }) => parent));
  return [...parents].flatMap((name) => {
    const carried = standing.filter(({ parent }) => parent === name);
    const link = links.find((one) => one.name === name);
    if (link === undefined) return [];
    const below = hardwareBelow(link, links);
    const needsOtherMacs = carried.some(({ type, mode }) => type === "macvlan" && mode !== "passthru");
    return [
      ...isDown(link, carried),
      ...isSmaller(link, carried),
      ...(needsOtherMacs && isWireless(below) ? [wireless(below)] : []),
      ...(needsOtherMacs && below.bus !== undefined && HYPERVISORS.has(below.bus) ? [virtual(below)] : []),
    ];
  });
}

export type Standing = LinkResource & { readonly parent: string };

const isStanding = (resource: LinuxResource): resource is Standing =>
  resource.kind === "link" && resource.parent !== undefined;

const isDown = ({ name, up }: Link, carried: readonly Standing[]): readonly Finding[] =>
  up
    ? []
    : [
        hazard({
          object: "parent-down",
          key: name,
          message: `${name} is down, so whoever is on it is not heard: ${count(carried)}`,
          cause: `set it up: ip link set ${name} up`,
        }),
      ];

/** The kernel lowers theirs with it, and refuses to raise them again. */
function isSmaller({ name, mtu }: Link, carried: readonly Standing[]): readonly Finding[] {
  const larger = carried.filter((link) => (link.mtu ?? 0) > mtu);
  const most = Math.max(...larger.map((link) => link.mtu ?? 0));
  if (larger.length === 0) return [];
  return [
    hazard({
      object: "parent-mtu",
      key: name,
      message: `${name} has an MTU of ${mtu}, but ${count(larger)} on it shall have one of up to ${most}`,
      cause: `raise it: ip link set ${name} mtu ${most}, then repair; or make the network with a smaller one (option com.docker.network.driver.mtu)`,
    }),
  ];
}

/** Buses whose network cards are a hypervisor's. */
const HYPERVISORS: ReadonlySet<string> = new Set(["virtio", "vmbus", "xen"]);

const virtual = ({ name, bus }: Link): Finding =>
  hazard({
    object: "parent-virtual",
    key: name,
    message: `${name} is a virtual machine's card (${bus}), and a hypervisor may let through no MAC address but its own: then sandboxes of macvlan networks on it reach each other only`,
    cause:
      "allow the machine other MAC addresses (promiscuous mode, forged transmits, MAC spoofing: whatever the hypervisor calls it), or use an ipvlan network, which needs none",
  });

const wireless = ({ name }: Link): Finding =>
  hazard({
    object: "parent-wireless",
    key: name,
    message: `${name} is wireless, and access points take frames from one MAC address a station: sandboxes of macvlan networks on it reach each other only`,
    cause: "use a wired link, or an ipvlan network, which needs no further MAC address",
  });

function hardwareBelow(link: Link, links: readonly Link[]): Link {
  if (link.kind !== "vlan" && link.kind !== "macvlan") return link;
  const below = links.find(({ index }) => index === link.linkIndex && link.linkNamespaceId === undefined);
  return below === undefined ? link : hardwareBelow(below, links);
}

const count = ({ length }: readonly unknown[]): string => (length === 1 ? "one link" : `${length} links`);
