import type { NameEntry, ServicePort } from "../discovery/name-entry.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Service, ServiceNetwork } from "../model/service.ts";
import { takesConnections } from "../model/task.ts";

/**
 * A service's names on one network: its own and its aliases, which stand for the virtual IP, or with dnsrr for the tasks;
 * and `tasks.<name>`, which always stands for the tasks that take connections. An address of a task is, in reverse, the
 * task's own name.
 */
export function serviceEntries(
  service: Service,
  { networkId, vips, aliases }: ServiceNetwork,
  tasks: readonly Endpoint[],
): readonly NameEntry[] {
  const ready = tasks.filter(({ task }) => task !== undefined && takesConnections(task));
  const addresses = ready.flatMap((task) => task.addresses.filter(({ poolId }) => poolId !== undefined).map(bare));
  const ports = service.ports.map(({ protocol, published, target }) => ({
    // Whoever asks a task itself has to know where it listens.
    virtual: { protocol, port: published },
    direct: { protocol, port: target },
  }));
  const virtual = service.endpointMode === "vip";
  return [
    {
      id: service.id,
      networkId,
      names: unique([service.name, ...aliases]),
      addresses: virtual ? vips.map(bare) : addresses,
      ports: distinct(ports.map((port) => (virtual ? port.virtual : port.direct))),
      reverse: virtual,
    },
    {
      id: `${service.id}/tasks`,
      networkId,
      names: [`tasks.${service.name}`],
      addresses,
      ports: distinct(ports.map(({ direct }) => direct)),
      reverse: false,
    },
  ];
}

const bare = ({ address }: { readonly address: string }): string => address.replace(/\/.*$/, "");

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

const distinct = (ports: readonly ServicePort[]): readonly ServicePort[] => [
  ...new Map(ports.map((one) => [`${one.protocol}/${one.port}`, one])).values(),
];
