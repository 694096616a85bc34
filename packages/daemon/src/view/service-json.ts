import { type Endpoint, type PublishedServicePort, type Service, takesConnections } from "@cnm/core";
import { healthcheckJson } from "../health/healthcheck.ts";

/** A service as `GET /services` and `GET /services/{id}` tell it. What Docker has no words for stands in `Cnm`. */
export function serviceJson(service: Service, tasks: readonly Endpoint[]) {
  const { id, name, version, created, updated, labels, networks, ports, endpointMode } = service;
  const virtualIps = networks.flatMap(({ networkId, vips }) =>
    vips.map(({ address }) => ({ NetworkID: networkId, Addr: address })),
  );
  const endpointSpec = { Mode: endpointMode, ...(ports.length === 0 ? {} : { Ports: ports.map(servicePortJson) }) };
  return {
    ID: id,
    Version: { Index: version },
    CreatedAt: created,
    UpdatedAt: updated,
    Spec: {
      Name: name,
      Labels: labels,
      // There are no images: tasks are sandboxes that joined.
      TaskTemplate: {
        ContainerSpec: {
          Image: "",
          ...(service.healthCheck === undefined ? {} : { Healthcheck: healthcheckJson(service.healthCheck) }),
        },
        Networks: networks.map(({ networkId, aliases }) => ({ Target: networkId, Aliases: aliases })),
      },
      Mode: { Replicated: { Replicas: tasks.length } },
      EndpointSpec: endpointSpec,
    },
    Endpoint: {
      Spec: endpointSpec,
      ...(ports.length === 0 ? {} : { Ports: ports.map(servicePortJson) }),
      ...(virtualIps.length === 0 ? {} : { VirtualIPs: virtualIps }),
    },
    ServiceStatus: { RunningTasks: tasks.filter(isUp).length, DesiredTasks: tasks.length, CompletedTasks: 0 },
    Cnm: {
      Scheduler: service.scheduler,
      Balancer: service.balancer,
      Affinity: service.affinity ?? 0,
      Timeouts: { Tcp: service.timeouts.tcp, TcpFin: service.timeouts.tcpFin, Udp: service.timeouts.udp },
      DrainTimeout: service.drainTimeout,
    },
  };
}

export type ServiceJson = ReturnType<typeof serviceJson>;

export const servicePortJson = ({ name, protocol, target, published, mode }: PublishedServicePort) => ({
  ...(name === undefined ? {} : { Name: name }),
  Protocol: protocol,
  TargetPort: target,
  PublishedPort: published,
  PublishMode: mode,
});

const isUp = ({ task }: Endpoint): boolean => task !== undefined && takesConnections(task);
