import { WISHED_ADDRESSES } from "./endpoint-settings-json.ts";
import { healthJson } from "./health-json.ts";
import type { Member } from "./model.ts";

/** An endpoint as `/cnm/v1/` tells it: everything that there is about it. */
export function endpointJson({ endpoint, network, sandbox, report }: Member) {
  const { task } = endpoint;
  const { [WISHED_ADDRESSES]: _, ...labels } = endpoint.labels;
  return {
    Id: endpoint.id,
    Name: endpoint.name,
    Network: network.name,
    NetworkId: network.id,
    Driver: network.driver,
    Sandbox: sandbox.name,
    SandboxId: sandbox.id,
    Created: endpoint.created,
    InterfaceName: endpoint.interfaceName,
    Mac: endpoint.macAddress,
    Addresses: endpoint.addresses.map(({ address }) => address),
    Aliases: endpoint.aliases,
    Ports: endpoint.ports.map(({ protocol, hostAddress, hostPort, targetPort }) => ({
      Protocol: protocol,
      HostAddress: hostAddress,
      HostPort: hostPort,
      TargetPort: targetPort,
    })),
    Exposed: endpoint.exposed.map(({ port, protocol }) => `${port}/${protocol}`),
    GatewayPriority: endpoint.gatewayPriority,
    Gateway: { IPv4: endpoint.gateway.ipv4, IPv6: endpoint.gateway.ipv6 },
    Options: endpoint.options,
    Labels: labels,
    ...(task === undefined
      ? {}
      : {
          Task: {
            ServiceId: task.serviceId,
            Weight: task.weight,
            Health: task.health,
            Draining: task.draining,
            ...(report === undefined ? {} : { HealthReport: healthJson(task, report) }),
          },
        }),
  };
}

export type EndpointJson = ReturnType<typeof endpointJson>;
