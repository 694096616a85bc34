import type { Endpoint, Service } from "@cnm/core";
import { compare } from "./compare.ts";
import { SERVICE_PORTS } from "./draw-service.ts";
import { LABEL } from "./journal.ts";
import type { Aspects, Found, Model, Thing } from "./model.ts";
import type { Attached, Records } from "./records.ts";

/** Whether the records are what the journal allows: each operation wholly done, or not at all. */
export function checkModel(model: Model, records: Records): readonly string[] {
  const { networks, sandboxes, endpoints, services } = records;
  const found = foundThings(records);
  const ids = {
    network: networks.map(labelOf),
    sandbox: sandboxes.map(labelOf),
    endpoint: endpoints.map(({ endpoint }) => labelOf(endpoint)),
    service: services.map(labelOf),
  };
  const isThere = (id: string): boolean => found.has(id);
  const findings: string[] = [];
  for (const kind of ["network", "sandbox", "endpoint", "service"] as const) {
    const fates = model.things(kind).map((thing) => ({ thing, fate: model.fate(thing, isThere) }));
    const allowed = fates.filter(({ thing, fate }) => fate === "there" || (fate === "either" && isThere(thing.id)));
    const names = allowed.map(({ thing }) => thing.id);
    findings.push(...compare(`the record of ${kind}`, names, ids[kind]));
  }
  for (const { state, name } of [...networks, ...sandboxes, ...services, ...endpoints.map((one) => one.endpoint)]) {
    if (state !== "ready") findings.push(`${name} is ${state} after a restart`);
  }
  for (const network of networks) findings.push(...checkNetwork(model.get(labelOf(network)), network));
  for (const attached of endpoints) findings.push(...checkEndpoint(model.get(labelOf(attached.endpoint)), attached));
  for (const { endpoint } of endpoints) findings.push(...checkTask(model.get(labelOf(endpoint)), endpoint, services));
  for (const [id, aspects] of found) findings.push(...checkAspects(model.get(id), aspects));

  const addresses = [
    ...endpoints.flatMap(({ endpoint }) => endpoint.addresses.map(({ address }) => address)),
    ...services.flatMap((service) => service.networks.flatMap(({ vips }) => vips.map(({ address }) => address))),
  ];
  return [...findings, ...compare("addresses of endpoints", addresses, addresses)];
}

/** What there is, by its label, with everything that may change. */
export function foundThings({ networks, sandboxes, endpoints, services }: Records): Found {
  return new Map<string, Aspects>([
    ...[...networks, ...sandboxes].map((record) => [labelOf(record), {}] as const),
    ...endpoints.map(({ endpoint }) => [labelOf(endpoint), taskAspects(endpoint)] as const),
    ...services.map((service) => [labelOf(service), { spec: specText(service) }] as const),
  ]);
}

const taskAspects = ({ task }: Endpoint): Aspects =>
  task === undefined ? {} : { health: task.health, weight: String(task.weight) };

/** As what is drawn is written. */
const specText = ({ ports, scheduler, affinity }: Service): string =>
  JSON.stringify({
    ports: ports.map(({ published, target, protocol, mode }) => ({ published, target, protocol, mode })),
    scheduler,
    affinity: affinity ?? null,
  });

export const labelOf = ({ labels }: { readonly labels: Readonly<Record<string, string>> }): string =>
  labels[LABEL] ?? "no label";

function checkNetwork(thing: Thing | undefined, network: Records["networks"][number]): readonly string[] {
  if (thing?.what.kind !== "create-network") return [];
  const text = ({ name, ipv4, ipv6, internal }: Omit<typeof thing.what, "kind" | "icc" | "segmentSize">): string =>
    JSON.stringify({ name, ipv4, ipv6, internal });
  return compare(`what network ${thing.id} is`, [text(thing.what)], [text(network)]);
}

/** What is found is one of those values that it may have. */
function checkAspects(thing: Thing | undefined, aspects: Aspects): readonly string[] {
  return [...(thing?.aspects ?? [])].flatMap(([name, { values }]) => {
    const value = aspects[name];
    if (value === undefined || values.includes(value)) return [];
    return [`the ${name} of ${thing?.kind} ${thing?.id} is ${value}, and should be ${values.join(" or ")}`];
  });
}

/** A task works for its service as long as there is one, and nobody begins a leave that was cut off again. */
function checkTask(
  thing: Thing | undefined,
  { name, task }: Endpoint,
  services: readonly Service[],
): readonly string[] {
  const found = services.find(({ id }) => id === task?.serviceId);
  const wanted = services.find((service) => labelOf(service) === thing?.service);
  return [
    ...compare(`the service of endpoint ${thing?.id}`, wanted === undefined ? [] : [labelOf(wanted)], [
      ...(task === undefined ? [] : [found === undefined ? "one that is gone" : labelOf(found)]),
    ]),
    ...(task?.draining === true ? [`endpoint ${name} drains for ever: nobody is left who would take it away`] : []),
  ];
}

function checkEndpoint(thing: Thing | undefined, { endpoint, network, sandbox }: Attached): readonly string[] {
  if (thing?.what.kind !== "join") return [];
  const asked = thing.what.ports.map((port) => /(\d+):\d+\/\w+$/.exec(port)?.[1] ?? port);
  // One request may be for both families.
  const got = new Set(endpoint.ports.map(({ hostPort }) => String(hostPort)).filter((port) => !isOfService(port)));
  return [
    ...compare(`the network of endpoint ${thing.id}`, [thing.network ?? ""], [labelOf(network)]),
    ...compare(`the sandbox of endpoint ${thing.id}`, [thing.sandbox ?? ""], [labelOf(sandbox)]),
    ...compare(`the host ports of endpoint ${thing.id}`, asked, got),
  ];
}

/** Which of them a task got depends on what its service was like when it joined. */
const isOfService = (port: string): boolean => Number(port) >= SERVICE_PORTS.first;
