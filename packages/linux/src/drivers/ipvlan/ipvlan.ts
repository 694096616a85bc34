import type { FamilyPortPolicy, Network, PlanningDriver } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { gatewayFor } from "../on-parent/gateways.ts";
import { type IpvlanOptions, readIpvlanOptions } from "./ipvlan-options.ts";
import { hostFaults, ipvlanEndpointFaults, networkClash, networkFaults } from "./network-faults.ts";
import { planEndpoint } from "./plan-endpoint.ts";
import { planNetwork } from "./plan-network.ts";

const CLOSED: FamilyPortPolicy = { mode: "none", reason: "ipvlan driver does not support port mappings" };

/** Ipvlan networks: sandboxes are on the parent's LAN with its MAC address, or behind it as behind a router (l3, l3s). */
export function ipvlan(): PlanningDriver<LinuxResource> {
  const read = ({ options }: Pick<Network, "options">): IpvlanOptions => readIpvlanOptions(options).options;
  return {
    name: "ipvlan",
    scope: "local",
    defaultIpam: "default",
    networkFaults,
    networkClash,
    needs: (network) => (read(network).mode === "l3s" ? ["ipvlan", "ipvlanL3s"] : ["ipvlan"]),
    hostFaults,
    needsGateway: () => false,
    endpointFaults: ipvlanEndpointFaults,
    sharesMac: () => true,
    interfacePrefix: (network) => read(network).interfacePrefix,
    offersGateway: (network, family, endpoint) => {
      const { mode, parent } = read(network);
      if (network.internal || parent === undefined) return false;
      if (mode === "l2") return gatewayFor(network, endpoint, family) !== undefined;
      return endpoint.addresses.some((address) => address.family === family);
    },
    portPolicy: () => ({ ipv4: CLOSED, ipv6: CLOSED }),
    planNetwork: (network) => planNetwork(network, read(network)),
    planEndpoint: (endpoint, context) => planEndpoint(endpoint, context, read(context.network)),
  };
}
