import type { FamilyPortPolicy, Network, PortPolicy, PortRequest } from "@cnm/core";
import type { HnsTraits } from "./traits.ts";

/** Docker's rules for published ports on Windows, in its words. */
export function portFaults(ports: readonly PortRequest[], { ports: how }: HnsTraits): readonly string[] {
  // Where nothing can be published, the policy says why.
  if (typeof how === "object") return [];
  return ports.flatMap(({ protocol, hostAddress, hostPorts, targetPort }) => {
    const what = `ports: ${targetPort}/${protocol}`;
    const any = hostAddress === undefined || hostAddress === "0.0.0.0" || hostAddress === "::";
    return [
      ...(protocol === "sctp" ? [`${what}: invalid protocol sctp (HNS publishes TCP and UDP)`] : []),
      ...(hostPorts !== undefined && hostPorts.first !== hostPorts.last
        ? [`${what}: Windows does not support more than one host port in NAT settings`]
        : []),
      ...(any ? [] : [`${what}: Windows does not support host IP addresses in NAT settings (${hostAddress})`]),
    ];
  });
}

export function portPolicy({ name, internal, ipv4, ipv6 }: Network, { ports }: HnsTraits): PortPolicy {
  const none = (reason: string): FamilyPortPolicy => ({ mode: "none", reason });
  if (internal) {
    const policy = none(`network ${name} is internal: nothing reaches it from outside`);
    return { ipv4: policy, ipv6: policy };
  }
  if (typeof ports === "object") return { ipv4: none(ports.none), ipv6: none(ports.none) };
  const bind = (address: string): FamilyPortPolicy => ({ mode: "bind", address });
  return {
    ipv4: ipv4 ? bind("0.0.0.0") : none(`network ${name} has no IPv4`),
    ipv6: ipv6 ? bind("::") : none(`network ${name} has no IPv6, and HNS does not lead IPv6 to IPv4`),
  };
}
