import type { Endpoint, HealthReport, Service } from "@cnm/core";
import { healthJson } from "./health-json.ts";
import type { Member } from "./model.ts";
import { servicePortJson } from "./service-json.ts";

/** This host, as tasks name it: there is one. */
export const NODE_ID = "local";

/** A task of a service as `GET /tasks` tells it: an endpoint, and the sandbox that it belongs to. */
export function taskJson({ endpoint, sandbox, network, report }: Member, service: Service, slot: number) {
  const { id, created, addresses, task } = endpoint;
  return {
    ID: id,
    Version: { Index: service.version },
    CreatedAt: created,
    UpdatedAt: created,
    Labels: endpoint.labels,
    Spec: { ContainerSpec: { Image: "" } },
    ServiceID: service.id,
    Slot: slot,
    NodeID: NODE_ID,
    Status: {
      Timestamp: report?.since ?? created,
      State: stateOf(endpoint),
      Message: messageOf(endpoint),
      ...errorOf(endpoint, report),
      ContainerStatus: { ContainerID: sandbox.id, PID: 0, ExitCode: 0 },
      PortStatus: { Ports: ownPorts(endpoint, service) },
    },
    DesiredState: task?.draining === true ? "shutdown" : "running",
    NetworksAttachments: [
      {
        Network: { ID: network.id, Spec: { Name: network.name } },
        Addresses: addresses.map(({ address }) => address),
      },
    ],
    Cnm: {
      Name: sandbox.name,
      Health: task?.health ?? "none",
      ...(task === undefined || report === undefined ? {} : { HealthReport: healthJson(task, report) }),
      Draining: task?.draining ?? false,
      Weight: task?.weight ?? 0,
    },
  };
}

export type TaskJson = ReturnType<typeof taskJson>;

/** Why it is unhealthy, as far as a test has told. */
function errorOf({ task }: Endpoint, report: HealthReport | undefined): { readonly Err?: string } {
  const last = report?.tests.at(-1);
  return task?.health === "unhealthy" && last?.passed === false ? { Err: last.output } : {};
}

/** Ports of the host that lead to this task alone. */
function ownPorts({ ports }: Endpoint, { ports: published }: Service) {
  const own = published.filter(
    ({ mode, ...port }) =>
      mode === "host" &&
      ports.some(({ protocol, hostPort }) => protocol === port.protocol && hostPort === port.published),
  );
  return own.map(servicePortJson);
}

function stateOf({ task }: Endpoint): "running" | "starting" | "failed" {
  if (task?.health === "starting") return "starting";
  return task?.health === "unhealthy" ? "failed" : "running";
}

function messageOf({ task }: Endpoint): string {
  if (task?.draining === true) return "draining";
  return task?.health === undefined || task.health === "none" ? "started" : task.health;
}
