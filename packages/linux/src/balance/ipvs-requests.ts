import {
  addDestination,
  addService,
  changeDestination,
  changeService,
  deleteDestination,
  deleteService,
  type IpvsDestination,
} from "../ipvs/service.ts";
import type { Request } from "../netlink/message.ts";
import type { HandlerChange } from "../resources/handler.ts";
import type { IpvsServiceResource } from "../resources/resource.ts";

/** What leads from one state to the other. A service that is in both keeps its connections. */
export function ipvsRequests(family: number, { remove, add }: HandlerChange<IpvsServiceResource>): readonly Request[] {
  const before = new Map(remove.map((service) => [service.key, service]));
  const kept = new Set(add.map(({ key }) => key));
  return [
    ...remove.filter(({ key }) => !kept.has(key)).map((service) => deleteService(family, service)),
    ...add.flatMap((service) => {
      const old = before.get(service.key);
      return old === undefined ? creation(family, service) : alteration(family, old, service);
    }),
  ];
}

const creation = (family: number, service: IpvsServiceResource): readonly Request[] => [
  addService(family, service),
  ...service.destinations.map((destination) => addDestination(family, service, destination)),
];

function alteration(family: number, from: IpvsServiceResource, to: IpvsServiceResource): readonly Request[] {
  const was = new Map(from.destinations.map((destination) => [nameOf(destination), destination]));
  const shall = new Set(to.destinations.map(nameOf));
  const same = from.scheduler === to.scheduler && from.persistence === to.persistence;
  return [
    ...(same ? [] : [changeService(family, to)]),
    ...to.destinations.flatMap((destination) => {
      const old = was.get(nameOf(destination));
      if (old === undefined) return [addDestination(family, to, destination)];
      return old.weight === destination.weight ? [] : [changeDestination(family, to, destination)];
    }),
    // The old ones last: in between there is never no task.
    ...from.destinations
      .filter((destination) => !shall.has(nameOf(destination)))
      .map((destination) => deleteDestination(family, to, destination)),
  ];
}

export const nameOf = ({ address, port }: IpvsDestination): string => `${address} ${port}`;
