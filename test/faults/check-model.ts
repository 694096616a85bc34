import { compare } from "./compare.ts";
import { LABEL } from "./journal.ts";
import type { Model, Thing } from "./model.ts";
import type { Attached, Records } from "./records.ts";

/** Whether the records are what the journal allows: each operation wholly done, or not at all. */
export function checkModel(model: Model, { networks, sandboxes, endpoints }: Records): readonly string[] {
  const ids = {
    network: networks.map(labelOf),
    sandbox: sandboxes.map(labelOf),
    endpoint: endpoints.map(({ endpoint }) => labelOf(endpoint)),
  };
  const all = new Set([...ids.network, ...ids.sandbox, ...ids.endpoint]);
  const isThere = (id: string): boolean => all.has(id);
  const findings: string[] = [];
  for (const kind of ["network", "sandbox", "endpoint"] as const) {
    const fates = model.things(kind).map((thing) => ({ thing, fate: model.fate(thing, isThere) }));
    const allowed = fates.filter(({ thing, fate }) => fate === "there" || (fate === "either" && isThere(thing.id)));
    const names = allowed.map(({ thing }) => thing.id);
    findings.push(...compare(`the record of ${kind}`, names, ids[kind]));
  }
  for (const { state, name } of [...networks, ...sandboxes, ...endpoints.map(({ endpoint }) => endpoint)]) {
    if (state !== "ready") findings.push(`${name} is ${state} after a restart`);
  }
  for (const network of networks) findings.push(...checkNetwork(model.get(labelOf(network)), network));
  for (const attached of endpoints) findings.push(...checkEndpoint(model.get(labelOf(attached.endpoint)), attached));

  const addresses = endpoints.flatMap(({ endpoint }) => endpoint.addresses.map(({ address }) => address));
  return [...findings, ...compare("addresses of endpoints", addresses, addresses)];
}

export const labelOf = ({ labels }: { readonly labels: Readonly<Record<string, string>> }): string =>
  labels[LABEL] ?? "no label";

function checkNetwork(thing: Thing | undefined, network: Records["networks"][number]): readonly string[] {
  if (thing?.what.kind !== "create-network") return [];
  const text = ({ name, ipv4, ipv6, internal }: Omit<typeof thing.what, "kind" | "icc">): string =>
    JSON.stringify({ name, ipv4, ipv6, internal });
  return compare(`what network ${thing.id} is`, [text(thing.what)], [text(network)]);
}

function checkEndpoint(thing: Thing | undefined, { endpoint, network, sandbox }: Attached): readonly string[] {
  if (thing?.what.kind !== "join") return [];
  const asked = thing.what.ports.map((port) => /(\d+):\d+\/\w+$/.exec(port)?.[1] ?? port);
  // One request may be for both families.
  const got = new Set(endpoint.ports.map(({ hostPort }) => String(hostPort)));
  return [
    ...compare(`the network of endpoint ${thing.id}`, [thing.network ?? ""], [labelOf(network)]),
    ...compare(`the sandbox of endpoint ${thing.id}`, [thing.sandbox ?? ""], [labelOf(sandbox)]),
    ...compare(`the host ports of endpoint ${thing.id}`, asked, got),
  ];
}
