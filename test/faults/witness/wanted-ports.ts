import type { Endpoint, Network, Service } from "@cnm/core";
import { type Attached, addressOf, type Records } from "../records.ts";

/** A port of a virtual IP, or a published one on the host, that the records call for. */
export interface WantedPort {
  /** "10.7.0.5 tcp 8080" */
  readonly name: string;
  readonly owner: string;
  /** `one`: any of the targets, and always the same. `hash`: many slots, in which each has some. */
  readonly choose: "turn" | "one" | "hash";
  /** How many turns each has: "10.7.0.2 80". */
  readonly turns: ReadonlyMap<string, number>;
}

/** What a sandbox balances for itself. */
export const portsOfSandbox = (records: Records, endpoints: readonly Attached[]): readonly WantedPort[] =>
  endpoints.flatMap(({ endpoint, network }) =>
    records.services.flatMap((service) => virtualPorts(records, service, endpoint, network)),
  );

function virtualPorts(records: Records, service: Service, endpoint: Endpoint, network: Network): readonly WantedPort[] {
  const owner = `cnm:endpoint:${endpoint.id}`;
  const vips = service.networks.find(({ networkId }) => networkId === network.id)?.vips ?? [];
  const choose = byClient(service) ? "one" : "turn";
  return vips.flatMap(({ family, address }) =>
    service.ports.map(({ protocol, published, target }) => ({
      name: `${address.replace(/\/.*/, "")} ${protocol} ${published}`,
      owner,
      choose,
      turns: turnsOf(service, tasksOf(records, service, family, network.id), family, target),
    })),
  );
}

/** What the host does for those who come from elsewhere. */
export const portsOfHost = (records: Records): readonly WantedPort[] =>
  records.services.flatMap((service) =>
    service.bindings.map(({ protocol, hostAddress, hostPort, targetPort }) => {
      const family = hostAddress.includes(":") ? 6 : 4;
      return {
        name: `${hostAddress} ${protocol} ${hostPort}`,
        owner: `cnm:service:${service.id}`,
        choose: byClient(service) ? "hash" : "turn",
        turns: turnsOf(service, tasksOf(records, service, family), family, targetPort),
      };
    }),
  );

/** Those that get new connections, and can be reached by the family. */
export function tasksOf(
  { endpoints }: Records,
  service: Service,
  family: 4 | 6,
  networkId?: string,
): readonly Attached[] {
  return endpoints.filter(
    ({ endpoint }) =>
      endpoint.task?.serviceId === service.id &&
      (networkId === undefined || endpoint.networkId === networkId) &&
      addressOf(endpoint, family) !== undefined &&
      (endpoint.task.health === "none" || endpoint.task.health === "healthy"),
  );
}

const byClient = ({ scheduler, affinity }: Service): boolean =>
  affinity !== undefined || scheduler === "sh" || scheduler === "mh";

function turnsOf(
  { scheduler }: Service,
  tasks: readonly Attached[],
  family: 4 | 6,
  target: number,
): ReadonlyMap<string, number> {
  const weightOf = ({ task }: Endpoint): number => (scheduler === "rr" ? 1 : (task?.weight ?? 0));
  const divisor = tasks.reduce((common, { endpoint }) => commonDivisor(common, weightOf(endpoint)), 0);
  return new Map(
    tasks.map(({ endpoint }) => [`${addressOf(endpoint, family)} ${target}`, weightOf(endpoint) / divisor]),
  );
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
