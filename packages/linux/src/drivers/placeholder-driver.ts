import type { FamilyPortPolicy, PlanningDriver } from "@cnm/core";
import type { LinuxResource } from "../resources/resource.ts";

/** A network that stands for something that is there anyway: one a host, without addresses, and nothing to be made. */
export function placeholderDriver(
  name: string,
  words: { readonly interfacePrefix: string; readonly portReason: string; readonly hostStack?: boolean },
): PlanningDriver<LinuxResource> {
  const closed: FamilyPortPolicy = { mode: "none", reason: words.portReason };
  return {
    name,
    scope: "local",
    defaultIpam: "null",
    singleton: true,
    hostStack: words.hostStack ?? false,
    networkFaults: ({ options, ipam }) => [
      ...Object.keys(options).map((option) => `option ${option}: the ${name} driver has no options`),
      ...(ipam.driver === "null" ? [] : [`the ${name} driver has no addresses: its IPAM driver is null`]),
    ],
    needsGateway: () => false,
    endpointFaults: ({ macAddress, interfaceName, ports }) => [
      ...(macAddress === undefined ? [] : [`mac: the ${name} driver makes no interface`]),
      ...(interfaceName === undefined ? [] : [`interfaceName: the ${name} driver makes no interface`]),
      ...(ports.length === 0 ? [] : [`ports: ${words.portReason}`]),
    ],
    sharesMac: () => true,
    interfacePrefix: () => words.interfacePrefix,
    offersGateway: () => false,
    portPolicy: () => ({ ipv4: closed, ipv6: closed }),
    planNetwork: () => [],
    planEndpoint: () => [],
  };
}
