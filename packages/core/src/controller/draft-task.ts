import { CnmError } from "../errors/cnm-error.ts";
import type { Network } from "../model/network.ts";
import type { PortRequest } from "../model/port.ts";
import type { Service } from "../model/service.ts";
import type { Task } from "../model/task.ts";
import type { JoinRequest } from "../options/parse-join-spec.ts";
import type { Context } from "./context.ts";
import { findRecord, usable } from "./find-record.ts";

export interface DraftTask {
  readonly task: Task;
  /** Ports of the host that lead to this one task, for those that the service publishes so. */
  readonly ports: readonly PortRequest[];
}

/** What an endpoint is to its service, which has to be on the network. Undefined: it works for none. */
export function draftTask(
  { index }: Context,
  network: Network,
  { service: idOrName, weight }: JoinRequest,
): DraftTask | undefined {
  if (idOrName === undefined) return undefined;
  const found = findRecord("service", index.services, idOrName);
  const service = usable("service", index.services.get(found.id), found.name);
  if (!service.networks.some(({ networkId }) => networkId === network.id)) throw notOnNetwork(index, service, network);
  return {
    task: { serviceId: service.id, weight, health: "none", draining: false },
    ports: service.ports
      .filter(({ mode }) => mode === "host")
      .map(({ protocol, published, target }) => ({
        protocol,
        hostPorts: { first: published, last: published },
        targetPort: target,
      })),
  };
}

function notOnNetwork(index: Context["index"], service: Service, network: Network): CnmError {
  const names = service.networks.map(({ networkId }) => index.networks.get(networkId)?.name ?? networkId);
  const message = `service ${service.name} is not on network ${network.name}, but on ${names.join(", ") || "none"}`;
  return new CnmError("invalid", "service-not-on-network", message);
}
