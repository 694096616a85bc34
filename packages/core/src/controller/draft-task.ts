import { CnmError } from "../errors/cnm-error.ts";
import { effectiveCheck } from "../health/effective-check.ts";
import type { Network } from "../model/network.ts";
import type { PortRequest } from "../model/port.ts";
import type { Service } from "../model/service.ts";
import type { Task } from "../model/task.ts";
import type { JoinRequest } from "../options/parse-join-spec.ts";
import { checkHealthTest } from "./check-health-test.ts";
import type { Context } from "./context.ts";
import { findRecord, usable } from "./find-record.ts";

export interface DraftTask {
  readonly task: Task;
  /** Ports of the host that lead to this one task, for those that the service publishes so. */
  readonly ports: readonly PortRequest[];
}

/** What an endpoint is to its service, which has to be on the network. Undefined: it works for none. */
export function draftTask(context: Context, network: Network, request: JoinRequest): DraftTask | undefined {
  const { index } = context;
  const { service: idOrName, weight } = request;
  if (idOrName === undefined) return undefined;
  const found = findRecord("service", index.services, idOrName);
  const service = usable("service", index.services.get(found.id), found.name);
  if (!service.networks.some(({ networkId }) => networkId === network.id)) throw notOnNetwork(index, service, network);
  const own = request.healthCheck === undefined ? {} : { healthCheck: request.healthCheck };
  const check = effectiveCheck(service, own);
  if (check === undefined && typeof request.healthCheck === "object") throw noTest(service);
  checkHealthTest(context, service.name, check);
  const health = check === undefined ? ({ health: "none" } as const) : ({ health: "starting", checked: true } as const);
  return {
    task: { serviceId: service.id, weight, ...health, draining: false, ...own },
    ports: service.ports
      .filter(({ mode }) => mode === "host")
      .map(({ protocol, published, target }) => ({
        protocol,
        hostPorts: { first: published, last: published },
        targetPort: target,
      })),
  };
}

function noTest({ name }: Service): CnmError {
  const message = `health needs a test, tcp, http or exec, for service ${name} has none`;
  return new CnmError("invalid", "no-health-test", message);
}

function notOnNetwork(index: Context["index"], service: Service, network: Network): CnmError {
  const names = service.networks.map(({ networkId }) => index.networks.get(networkId)?.name ?? networkId);
  const message = `service ${service.name} is not on network ${network.name}, but on ${names.join(", ") || "none"}`;
  return new CnmError("invalid", "service-not-on-network", message);
}
