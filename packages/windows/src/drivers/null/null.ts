import type { FamilyPortPolicy, PlanningDriver } from "@cnm/core";
import type { WindowsResource } from "../../resources/resource.ts";

/** The one network of sandboxes that have nothing but their loopback. */
export function nullDriver(): PlanningDriver<WindowsResource> {
  const reason = "a sandbox on the null network has no way in";
  const closed: FamilyPortPolicy = { mode: "none", reason };
  return {
    name: "null",
    scope: "local",
    defaultIpam: "null",
    singleton: true,
    networkFaults: ({ options, ipam }) => [
      ...Object.keys(options).map((option) => `option ${option}: the null driver has no options`),
      ...(ipam.driver === "null" ? [] : ["the null driver has no addresses: its IPAM driver is null"]),
    ],
    needsGateway: () => false,
    endpointFaults: ({ macAddress, interfaceName, ports }) => [
      ...(macAddress === undefined ? [] : ["mac: the null driver makes no interface"]),
      ...(interfaceName === undefined ? [] : ["interfaceName: the null driver makes no interface"]),
      ...(ports.length === 0 ? [] : [`ports: ${reason}`]),
    ],
    interfacePrefix: () => "none",
    offersGateway: () => false,
    portPolicy: () => ({ ipv4: closed, ipv6: closed }),
    planNetwork: () => [],
    planEndpoint: () => [],
  };
}
