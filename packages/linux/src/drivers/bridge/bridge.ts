import type { HostFacts, Network, PlanningDriver } from "@cnm/core";
import type { Firewall } from "../../firewall/firewall.ts";
import type { LinuxResource } from "../../resources/resource.ts";
import { endpointFaults } from "../endpoint-options.ts";
import { type BridgeDefaults, type BridgeOptions, readBridgeOptions } from "./bridge-options.ts";
import { firewallNetwork } from "./firewall-network.ts";
import { networkClash, networkFaults } from "./network-faults.ts";
import { gatewayOf, planEndpoint } from "./plan-endpoint.ts";
import { planNetwork } from "./plan-network.ts";
import { planSegment } from "./plan-segment.ts";
import { portPolicy } from "./port-policy.ts";

/** What a host sets for all its bridge networks. */
export interface BridgeDriverOptions {
  /** Sandboxes of a network may talk to each other unless it says otherwise. Default true. */
  readonly icc?: boolean;
  /** Leaving traffic is masqueraded unless a network says otherwise. Default true. */
  readonly masquerade?: boolean;
  /** Default: that of the link with the default route. */
  readonly mtu?: number;
  /** Where ports are bound that name no address. Default 0.0.0.0. */
  readonly hostBindingIpv4?: string;
  /** Switch forwarding on where networks need it. Default true; switched off, `doctor` says what is missing. */
  readonly ipForward?: boolean;
  /**
   * So many endpoints of a network share one bridge, unless the network says otherwise; the next ones get a bridge of their own
   * behind the first, for the kernel goes through all ports of a bridge when one is added. 0: never. Default 128.
   */
  readonly segmentSize?: number;
  /** Neighbours may route to sandboxes of NAT networks directly. Default false. */
  readonly allowDirectRouting?: boolean;
}

/** Bridge networks: a bridge on the host, a veth pair an endpoint, NAT or routing to the rest of the world. */
export function bridge(
  options: BridgeDriverOptions,
  parts: {
    readonly firewall: Firewall;
    readonly host: Pick<HostFacts, "ipv6">;
    /** The folder in which namespaces of our own are pinned. */
    readonly namespaces: string;
  },
): PlanningDriver<LinuxResource> {
  const defaults: BridgeDefaults = {
    icc: options.icc ?? true,
    masquerade: options.masquerade ?? true,
    hostBindingIpv4: options.hostBindingIpv4 ?? "0.0.0.0",
    segmentSize: options.segmentSize ?? 128,
    ...(options.mtu === undefined ? {} : { mtu: options.mtu }),
  };
  const read = memo((given: Network["options"]) => readBridgeOptions(given, defaults).options);
  const inFirewall = memo((network: Network) => firewallNetwork(network, read(network.options)));
  const { firewall, host } = parts;
  const segments = memo((_: Network) => new Map<number, readonly LinuxResource[]>());
  const planned = (network: Network, segment: number, facts: HostFacts): readonly LinuxResource[] => {
    const known = segments(network);
    const plan = known.get(segment) ?? planSegment(network, segment, read(network.options), facts, parts.namespaces);
    known.set(segment, plan);
    return plan;
  };

  return {
    name: "bridge",
    scope: "local",
    defaultIpam: "default",
    networkFaults: (network) => networkFaults(network, defaults),
    networkClash: (network, others) => networkClash(network, others, defaults),
    needsGateway: (network, family) => needsGateway(read(network.options), family),
    endpointFaults,
    interfacePrefix: (network) => read(network.options).interfacePrefix,
    offersGateway: (network, family) =>
      !network.internal &&
      read(network.options).gatewayMode[family] !== "isolated" &&
      gatewayOf(network.ipam.pools, family) !== undefined,
    portPolicy: (network) => portPolicy(network, read(network.options), host),
    segmentSize: (network) => read(network.options).segmentSize,
    planNetwork: (network, facts) =>
      planNetwork(network, read(network.options), facts, { firewall, forward: options.ipForward ?? true }),
    planEndpoint: (endpoint, context) => {
      const { network } = context;
      const { segment = 0 } = endpoint;
      const plan = planEndpoint(endpoint, context, read(network.options), {
        namespaces: parts.namespaces,
        firewall,
        firewallNetwork: inFirewall(network),
        directRouting: options.allowDirectRouting ?? false,
      });
      return segment === 0 ? plan : [...planned(network, segment, context.host), ...plan];
    },
  };
}

/** An isolated bridge has no address on the host, so none is set aside. */
const needsGateway = ({ gatewayMode }: BridgeOptions, family: 4 | 6): boolean => gatewayMode[family] !== "isolated";

/** Records do not change, so what was read of one need not be read again. */
function memo<K extends object, V>(read: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key) ?? read(key);
    known.set(key, value);
    return value;
  };
}
