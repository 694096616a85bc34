import type { BalancedService, BalancedView, Balancer, VirtualService } from "@cnm/core";
import { idOf } from "../drivers/hns/names.ts";
import { type HnsFeature, supports, versionsOf } from "../hcn/features.ts";
import { guidOf } from "../hcn/guid.ts";
import { formatVersion, type HnsVersion } from "../hcn/hns-version.ts";
import {
  LoadBalancerFlags,
  type LoadBalancerPortMapping,
  LoadBalancerPortMappingFlags,
  type WantedLoadBalancer,
} from "../hcn/load-balancer.ts";
import { WINDOWS_IPAM } from "../ipam/windows-ipam.ts";
import type { LoadBalancerResource, WindowsResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";

/** Networks whose switch has VFP, which is what balances. */
const VFP_DRIVERS = ["l2bridge", "l2tunnel"];
const PROTOCOL_NUMBERS = { tcp: 6, udp: 17, sctp: 132 } as const;

/** Schedulers that HNS has a word for, and what each says of the client's part in the choice. */
const BY_CLIENT: Readonly<Record<string, boolean>> = { rr: false, sh: true };

/**
 * Balances by HCN load balancers, which are VFP rules on the ports of a network's switch: a virtual IP once for all sandboxes
 * of the network, a port of the host on all of the host's addresses.
 *
 * @param version Of this host's HNS: an older one lacks what some services ask for.
 */
export const hcnBalancer = (version: HnsVersion): Balancer<WindowsResource> => ({
  name: "hcn",
  feature: "DirectServerReturn" satisfies HnsFeature,
  places: ["network", "host"],
  lacks: (service) => whyNot(service, version),
  plan: (view) => view.services.flatMap((service) => loadBalancer(service, view, version)),
});

function whyNot({ scheduler, affinity, ports, networks = [] }: BalancedService, version: HnsVersion) {
  const byClient = BY_CLIENT[scheduler];
  if (byClient === undefined) {
    return `scheduler ${scheduler}: HNS chooses by a hash of the connection or of the client, and knows no weights; choose rr or sh`;
  }
  const sctp = ports.find(({ protocol }) => protocol === "sctp");
  if (sctp !== undefined) return `ports: ${sctp.published}/sctp: HNS balances TCP and UDP`;
  const sticky = affinity === undefined ? `scheduler ${scheduler}` : "affinity";
  if (byClient || affinity !== undefined) {
    const older = needs("SessionAffinity", sticky, version);
    if (older !== undefined) return older;
  }
  return networks.map((network) => whyNotOn(network, version)).find((reason) => reason !== undefined);
}

function whyNotOn(
  { name, driver, ipv6, ipam }: NonNullable<BalancedService["networks"]>[number],
  version: HnsVersion,
): string | undefined {
  if (driver === "overlay") {
    return `network ${name}: on overlay networks HNS wants an endpoint of each host's own as the source of what it balances, which cnm does not make; endpoint mode dnsrr needs no balancer`;
  }
  if (!VFP_DRIVERS.includes(driver)) {
    return `network ${name}: HNS balances where VFP is, on ${VFP_DRIVERS.join(" and ")} networks, not on ${driver}; endpoint mode dnsrr needs no balancer`;
  }
  if (ipam.driver === WINDOWS_IPAM) {
    return `network ${name}: HNS itself chooses its addresses (IPAM driver ${WINDOWS_IPAM}), and has none for a virtual IP; make the network with the IPAM driver default`;
  }
  return ipv6 ? needs("IPv6DualStack", `network ${name}: a virtual IP of IPv6`, version) : undefined;
}

const needs = (feature: HnsFeature, what: string, version: HnsVersion): string | undefined =>
  supports(version, feature)
    ? undefined
    : `${what}: it needs HNS ${versionsOf(feature)}; this host has ${formatVersion(version)}`;

/** HNS has none without a backend, and no weights: who is to get no connections is no backend. */
function loadBalancer(
  service: VirtualService,
  { owner, place }: BalancedView,
  version: HnsVersion,
): readonly LoadBalancerResource[] {
  if (place.type === "sandbox") throw new TypeError("HNS balances for whole networks");
  const backends = service.backends.filter(({ weight }) => weight > 0);
  const [first] = backends;
  if (first === undefined) return [];
  const { address, protocol, port } = service;
  const virtual = place.type === "network";
  const document: Omit<WantedLoadBalancer, "ID" | "Owner"> = {
    HostComputeEndpoints: backends.map(({ endpointId }) => idOf({ kind: "endpoint", id: endpointId })),
    // Without one, all addresses of the host.
    ...(isWildcard(address) ? {} : { FrontendVIPs: [address] }),
    PortMappings: [portMapping(service, first.port, virtual, version)],
    Flags: flagsOf(service, virtual),
  };
  const id = guidOf(`cnm:loadbalancer:${owner.id} ${address} ${protocol} ${port}`);
  return [keyed({ kind: "hcn-loadbalancer", owner, id, document })];
}

/** What clients of the network ask is answered by the task directly, so that each sees the other's address. */
const flagsOf = ({ address }: VirtualService, virtual: boolean): number =>
  (virtual ? LoadBalancerFlags.EnableDirectServerReturn : 0) | (address.includes(":") ? LoadBalancerFlags.IPv6 : 0);

function portMapping(
  { protocol, port, scheduler, affinity }: VirtualService,
  InternalPort: number,
  virtual: boolean,
  version: HnsVersion,
): LoadBalancerPortMapping {
  const byClient = affinity !== undefined || BY_CLIENT[scheduler] === true;
  return {
    Protocol: PROTOCOL_NUMBERS[protocol],
    InternalPort,
    ExternalPort: port,
    // Said where it can be, so that another one is seen to be another.
    ...(byClient || supports(version, "SessionAffinity")
      ? { DistributionType: byClient ? ("SourceIP" as const) : ("None" as const) }
      : {}),
    // Inside the network; or, for ports of the host, also from the host itself.
    Flags: virtual
      ? LoadBalancerPortMappingFlags.EnableInternalLoadBalancer
      : LoadBalancerPortMappingFlags.LocalRoutedVip,
  };
}

const isWildcard = (address: string): boolean => address === "0.0.0.0" || address === "::";
