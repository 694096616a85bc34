import type { Endpoint, OwnerRef, PublishedPort } from "@cnm/core";
import type { Firewall, FirewallNetwork } from "../../firewall/firewall.ts";
import type { LinuxResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";

/**
 * The host objects of an endpoint's published ports. The host port stays reserved for as long as the endpoint lives; traffic
 * is led to it only while the sandbox's answers of that family go out by this endpoint. Routed ports are always open.
 */
export function planPorts(endpoint: Endpoint, network: FirewallNetwork, firewall: Firewall): readonly LinuxResource[] {
  const planned = endpoint.ports.flatMap((port) =>
    port.hostPort === 0 ? openPort(endpoint, port, network, firewall) : boundPort(endpoint, port, network, firewall),
  );
  if (endpoint.ports.length < 2) return planned;
  // Several host ports may lead to one port of the sandbox, which is opened once.
  return [...new Map(planned.map((resource) => [resource.key, resource])).values()];
}

function openPort(
  endpoint: Endpoint,
  port: PublishedPort,
  network: FirewallNetwork,
  firewall: Firewall,
): readonly LinuxResource[] {
  const address = addressOf(endpoint, familyOf(port.hostAddress));
  if (address === undefined) return [];
  const target = { address, port: port.targetPort };
  return firewall.planPort({ endpointId: endpoint.id, network, protocol: port.protocol, target });
}

function boundPort(
  endpoint: Endpoint,
  port: PublishedPort,
  network: FirewallNetwork,
  firewall: Firewall,
): readonly LinuxResource[] {
  const owner: OwnerRef = { kind: "endpoint", id: endpoint.id };
  const { protocol, hostAddress, hostPort, targetPort } = port;
  const reserved = keyed({ kind: "port", owner, protocol, address: hostAddress, port: hostPort });
  const family = familyOf(hostAddress);
  const target = addressOf(endpoint, family);
  const isGateway = family === 4 ? endpoint.gateway.ipv4 : endpoint.gateway.ipv6;

  // The sandbox has no address of the host's family: from IPv6 to IPv4 a process carries the connections.
  if (target === undefined) {
    const other = family === 6 && endpoint.gateway.ipv4 ? addressOf(endpoint, 4) : undefined;
    return other === undefined ? [reserved] : [reserved, ...forwarders(owner, port, hostAddress, other)];
  }
  if (!isGateway) return [reserved];
  // The kernel never leads ::1 anywhere else (there is no route_localnet for IPv6), so a process does.
  if (hostAddress === "::1") return [reserved, ...forwarders(owner, port, "::1", target)];
  return [
    reserved,
    ...firewall.planPort({
      endpointId: endpoint.id,
      network,
      protocol,
      host: { address: hostAddress, port: hostPort },
      target: { address: target, port: targetPort },
    }),
    keyed({ kind: "flows", owner, protocol, hostAddress, hostPort, target, targetPort }),
    ...(hostAddress === "::" ? forwarders(owner, port, "::1", target) : []),
  ];
}

/** SCTP has no sockets in Node: it is led by the kernel only. */
function forwarders(owner: OwnerRef, port: PublishedPort, address: string, target: string): readonly LinuxResource[] {
  const { protocol, hostPort, targetPort } = port;
  if (protocol === "sctp") return [];
  return [keyed({ kind: "forwarder", owner, protocol, address, port: hostPort, target, targetPort })];
}

function addressOf({ addresses }: Endpoint, family: 4 | 6): string | undefined {
  const found = addresses.find((address) => address.family === family)?.address;
  return found?.slice(0, found.indexOf("/"));
}

const familyOf = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);
