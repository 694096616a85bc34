import type { Endpoint, OwnerRef, Sandbox } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import type { EndpointOptions } from "../endpoint-options.ts";
import { isIpv6OffByDefault } from "../ipv6-by-default.ts";

/** What is set on an interface inside a sandbox, but for its routes. */
export function planInterface(
  endpoint: Endpoint,
  sandbox: Sandbox,
  { sysctls, announce }: EndpointOptions,
  { ipv6, announced }: { readonly ipv6: boolean; readonly announced: boolean },
): readonly LinuxResource[] {
  const owner: OwnerRef = { kind: "endpoint", id: endpoint.id };
  const netns = sandbox.namespace.path;
  const link = endpoint.interfaceName;
  const plan: LinuxResource[] = [];
  if (ipv6 || !isIpv6OffByDefault(sandbox)) {
    const name = `net/ipv6/conf/${link}/disable_ipv6`;
    plan.push(keyed({ kind: "sysctl", owner, netns, name, value: ipv6 ? "0" : "1", optional: true }));
  }
  for (const [name, value] of sysctls) plan.push(keyed({ kind: "sysctl", owner, netns, name, value }));
  const told = announced && announce.count > 0 ? { announce } : {};
  for (const { address } of endpoint.addresses) {
    plan.push(keyed({ kind: "address", owner, netns, link, address, ...told }));
  }
  return plan;
}

/** Without addresses from here, a network's own DHCP or router may give some. */
export const hasIpv6 = (
  endpoint: Endpoint,
  { ipam, ipv6 }: { readonly ipam: { readonly driver: string }; readonly ipv6: boolean },
): boolean => endpoint.addresses.some(({ family }) => family === 6) || (ipv6 && ipam.driver === "null");
