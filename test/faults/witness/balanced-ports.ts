import type { Namespace } from "@cnm/linux";
import { compare } from "../compare.ts";
import type { OpenNamespaces } from "../open-namespaces.ts";
import type { Records } from "../records.ts";
import { type FoundPort, listServices } from "./list-services.ts";
import { portsOfHost, portsOfSandbox, type WantedPort } from "./wanted-ports.ts";

/** What balances, as `nft` lists it on the host and in every namespace: just what the records call for, and no table without. */
export async function balancedPorts(
  records: Records,
  host: Namespace,
  foreign: readonly string[],
  namespaces: OpenNamespaces,
): Promise<readonly string[]> {
  const own = records.sandboxes.map(({ namespace }) => namespace.path);
  const findings = await Promise.all([
    at("the host", host, portsOfHost(records)),
    ...[...new Set([...own, ...foreign])].map((path) => {
      const endpoints = records.endpoints.filter(({ sandbox }) => sandbox.namespace.path === path);
      return at(path, namespaces.open(path), portsOfSandbox(records, endpoints));
    }),
  ]);
  return findings.flat();
}

async function at(place: string, namespace: Namespace, wanted: readonly WantedPort[]): Promise<readonly string[]> {
  const listed = await listServices(namespace);
  if (listed === undefined) {
    const names = wanted.map(({ name }) => name);
    return compare(`virtual ports of ${place}`, names, []);
  }
  const { ports, chains, strays } = listed;
  const bases = place === "the host" ? ["prerouting", "output", "refuse"] : ["output", "refuse"];
  return [
    ...(wanted.length === 0 ? [`virtual ports of ${place}: there is a table, though nothing is balanced`] : []),
    ...compare(
      `virtual ports of ${place}`,
      wanted.map(({ name, owner }) => `${name} of ${owner}`),
      ports.map(({ name, owner }) => `${name} of ${owner}`),
    ),
    ...compare(`chains of ${place}`, [...bases, ...ports.flatMap(({ chain }) => chain?.name ?? [])], chains),
    ...strays.map((stray) => `virtual ports of ${place}: slot ${stray} belongs to none`),
    ...wanted.flatMap((one) => {
      const found = ports.find(({ name }) => name === one.name);
      return found === undefined ? [] : checkPort(place, one, found);
    }),
  ];
}

function checkPort(place: string, { name, choose, turns }: WantedPort, { chain, slots }: FoundPort): readonly string[] {
  const what = `virtual port ${name} of ${place}`;
  if ((chain === undefined) !== (turns.size === 0)) {
    return [`${what} ${chain === undefined ? "refuses" : "does not refuse"}, and has ${turns.size} tasks`];
  }
  if (chain === undefined) return compare(`slots of ${what}`, [], slots);
  const findings = chain.modulus === slots.length ? [] : [`${what} chooses among ${chain.modulus} of ${slots.length}`];
  if (choose === "turn") {
    const wanted = [...turns].map(([target, count]) => `${target} × ${count}`);
    const found = [...turns.keys(), ...slots.filter((slot) => !turns.has(slot))].map(
      (target) => `${target} × ${slots.filter((slot) => slot === target).length}`,
    );
    return [...findings, ...compare(`turns of ${what}`, wanted, new Set(found))];
  }
  const chosen = new Set(slots);
  const wanted =
    choose === "hash" ? turns.keys() : [...turns.keys()].filter((target) => chosen.has(target)).slice(0, 1);
  const none = choose === "one" && slots.length !== 1 ? [`${what} has ${slots.length} slots for one client`] : [];
  return [...findings, ...none, ...compare(`tasks of ${what}`, wanted, chosen)];
}
