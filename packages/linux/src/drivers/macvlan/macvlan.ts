import type { FamilyPortPolicy, Network, PlanningDriver } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { gatewayFor } from "../on-parent/gateways.ts";
import { hostAddressName } from "./host-access.ts";
import { type MacvlanOptions, readMacvlanOptions } from "./macvlan-options.ts";
import { endpointClash, hostFaults, macvlanEndpointFaults, networkClash, networkFaults } from "./network-faults.ts";
import { planEndpoint } from "./plan-endpoint.ts";
import { planNetwork } from "./plan-network.ts";

const CLOSED: FamilyPortPolicy = { mode: "none", reason: "macvlan driver does not support port mappings" };

/** Macvlan networks: sandboxes are on the parent's LAN, each with a MAC address of its own. */
export function macvlan(): PlanningDriver<LinuxResource> {
  const read = ({ options }: Pick<Network, "options">): MacvlanOptions => readMacvlanOptions(options).options;
  return {
    name: "macvlan",
    scope: "local",
    defaultIpam: "default",
    networkFaults,
    networkClash,
    needs: () => ["macvlan"],
    hostFaults,
    needsGateway: () => false,
    needsAddresses: (network, family) => (read(network).hostAccess ? [hostAddressName(family)] : []),
    endpointFaults: macvlanEndpointFaults,
    endpointClash,
    sharesMac: (network) => read(network).mode === "passthru",
    interfacePrefix: (network) => read(network).interfacePrefix,
    offersGateway: (network, family, endpoint) =>
      !network.internal && read(network).parent !== undefined && gatewayFor(network, endpoint, family) !== undefined,
    portPolicy: () => ({ ipv4: CLOSED, ipv6: CLOSED }),
    planNetwork: (network) => planNetwork(network, read(network)),
    planEndpoint: (endpoint, context) => planEndpoint(endpoint, context, read(context.network)),
  };
}
