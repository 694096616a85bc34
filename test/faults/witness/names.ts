import type { Sandbox, Service } from "@cnm/core";
import type { OpenNamespaces } from "../open-namespaces.ts";
import { addressOf, bare, type Records } from "../records.ts";
import { output } from "./ip.ts";
import { tasksOf } from "./wanted-ports.ts";

const RESOLVER = "127.0.0.11";

/** Names of services, as `dig` hears them in every sandbox that shares a network with them: their virtual IPs, and their tasks. */
export async function names(records: Records, namespaces: OpenNamespaces): Promise<readonly string[]> {
  const findings = await Promise.all(records.sandboxes.map((sandbox) => inside(records, sandbox, namespaces)));
  return findings.flat();
}

async function inside(records: Records, sandbox: Sandbox, namespaces: OpenNamespaces): Promise<readonly string[]> {
  const wanted = records.services.flatMap((service) => namesOf(records, sandbox, service));
  if (wanted.length === 0) return [];
  const questions = wanted.flatMap(({ name }) => [name, "A", name, "AAAA"]);
  const args = [`@${RESOLVER}`, "+noall", "+answer", "+comments", "+tries=1", ...questions];
  const text = await output("dig", args, namespaces.open(sandbox.namespace.path));
  const answers = text.split("\n").map((line) => line.split(/\s+/));
  return wanted.flatMap(({ name, onNetworks }) => {
    const found = answers.filter(([owner]) => owner === `${name}.`).map((fields) => fields.at(-1) ?? "");
    const heard = sortedText(found);
    if (onNetworks.includes(heard)) return [];
    const what = `${name} is ${heard || "nothing"}, and should be ${onNetworks.join(" or ")}`;
    return [`names in ${sandbox.name}: ${what}: ${text}`];
  });
}

interface WantedName {
  readonly name: string;
  /** Its addresses on each network on which it has any: the answer is about one of them. */
  readonly onNetworks: readonly string[];
}

function namesOf(records: Records, sandbox: Sandbox, service: Service): readonly WantedName[] {
  const own = records.endpoints.filter((one) => one.sandbox.id === sandbox.id).map(({ network }) => network.id);
  const shared = service.networks.filter(({ networkId }) => own.includes(networkId));
  const tasks = shared.map(({ networkId }) =>
    ([4, 6] as const).flatMap((family) =>
      tasksOf(records, service, family, networkId).flatMap(({ endpoint }) => addressOf(endpoint, family) ?? []),
    ),
  );
  const virtual = shared.map(({ vips }) => vips.map(({ address }) => bare(address)));
  const all = [
    { name: service.name, addresses: service.endpointMode === "vip" ? virtual : tasks },
    { name: `tasks.${service.name}`, addresses: tasks },
  ];
  return all
    .map(({ name, addresses }) => ({
      name,
      onNetworks: addresses.filter(({ length }) => length > 0).map(sortedText),
    }))
    .filter(({ onNetworks }) => onNetworks.length > 0);
}

const sortedText = (addresses: readonly string[]): string => addresses.toSorted().join(" ");
