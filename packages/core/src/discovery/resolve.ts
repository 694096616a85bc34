import { formatAddress } from "../address/format-address.ts";
import { contains } from "../address/prefix.ts";
import { isDnsName, withoutTrailingDot } from "./dns-name.ts";
import type { NameEntry } from "./name-entry.ts";
import type { Question } from "./question.ts";
import { readReverseName } from "./reverse-name.ts";
import { readServiceQuestion, type ServiceQuestion } from "./service-question.ts";
import { shuffled } from "./shuffle.ts";
import type { RecordData, ServiceLocation, Verdict } from "./verdict.ts";
import type { View, ViewNetwork } from "./view.ts";

export interface ResolveOptions {
  /** Seconds for which clients may keep an answer. Default: 600, as Docker's. */
  readonly ttl?: number;
  /** Numbers in [0, 1). Answers come in an order of its choice. */
  readonly random?: () => number;
}

const DEFAULT_TTL = 600;

/**
 * What is to be done about a question of a sandbox that sees so much.
 *
 * A name that somebody has is never asked for elsewhere, whatever the type: without such records it answers nothing, and
 * no error. So it is with an address inside the sandbox's own networks.
 */
export function resolve(question: Question, view: View, options: ResolveOptions = {}): Verdict {
  const name = withoutTrailingDot(question.name);
  const known = (question.class ?? "IN") === "IN" ? lookUp(name, question.type, view) : undefined;
  if (known === undefined) return elsewhere(name, question.type, view);
  if (known === "nxdomain") return { type: "nxdomain" };
  const ttl = options.ttl ?? DEFAULT_TTL;
  const records = known.map((data) => ({ name, ttl, ...data }));
  return { type: "answer", records: shuffled(records, options.random ?? Math.random) };
}

/** Undefined: nothing here. */
function lookUp(name: string, type: string, view: View): readonly RecordData[] | "nxdomain" | undefined {
  const holders = find(name, view);
  if (holders !== undefined) return addressRecords(holders.entries, type);
  const service = readServiceQuestion(name);
  if (service !== undefined) return serviceRecords(service, type, view);
  return reverseRecords(name, type, view);
}

interface Holders {
  readonly network: ViewNetwork;
  readonly entries: readonly NameEntry[];
}

/**
 * The name on each network; then, dot by dot, what stands before the dot on the network that stands behind it. Whoever has the
 * name and no address there, as a service without tasks, leaves it to who has one elsewhere.
 */
function find(name: string, view: View): Holders | undefined {
  let idle: Holders | undefined;
  for (const holders of candidates(name, view)) {
    if (holders.entries.some(({ addresses }) => addresses.length > 0)) return holders;
    idle ??= holders;
  }
  return idle;
}

function* candidates(name: string, { networks, names }: View): Generator<Holders> {
  for (const network of networks) {
    const entries = names.named(network.id, name);
    if (entries.length > 0) yield { network, entries };
  }
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const behind = name.slice(dot + 1).toLowerCase();
    for (const network of networks) {
      if (network.name.toLowerCase() !== behind) continue;
      const entries = names.named(network.id, name.slice(0, dot));
      if (entries.length > 0) yield { network, entries };
    }
  }
}

function addressRecords(entries: readonly NameEntry[], type: string): readonly RecordData[] {
  const addresses = [...new Set(entries.flatMap((entry) => entry.addresses))];
  const records = addresses.map((data) => ({ type: data.includes(":") ? "AAAA" : "A", data }) as const);
  return ofType(records, type);
}

function serviceRecords(question: ServiceQuestion, type: string, view: View): readonly RecordData[] | undefined {
  const holders = find(question.name, view);
  if (holders === undefined) return undefined;
  const targets = holders.entries
    .filter(({ ports }) => ports.some((one) => samePort(one, question.port)))
    .flatMap((entry) => fullName(entry, holders.network));
  const records = [...new Set(targets)].map((target) => ({ type: "SRV", data: location(question, target) }) as const);
  return ofType(records, type);
}

const samePort = (a: ServiceQuestion["port"], b: ServiceQuestion["port"]): boolean =>
  a?.port === b?.port && a?.protocol === b?.protocol;

const location = ({ port }: ServiceQuestion, target: string): ServiceLocation => ({
  priority: 0,
  weight: 0,
  port: port?.port ?? 0,
  target,
});

function reverseRecords(name: string, type: string, view: View): readonly RecordData[] | "nxdomain" | undefined {
  const address = readReverseName(name);
  if (address === undefined) return undefined;
  const text = formatAddress(address);
  for (const network of view.networks) {
    const names = view.names.withAddress(network.id, text).flatMap((entry) => fullName(entry, network));
    if (names.length > 0)
      return ofType(
        [...new Set(names)].map((data) => ({ type: "PTR", data }) as const),
        type,
      );
  }
  const own = view.networks.some(({ subnets }) => subnets.some((subnet) => contains(subnet, address)));
  return own ? "nxdomain" : undefined;
}

/** "web.net", or only "web" where that is too long for the DNS; nothing where the entry has no name that it can carry. */
function fullName({ names }: NameEntry, network: ViewNetwork): readonly string[] {
  const name = names.find(isDnsName);
  if (name === undefined) return [];
  const full = `${name}.${network.name}`;
  return [isDnsName(full) ? full : name];
}

const ofType = (records: readonly RecordData[], type: string): readonly RecordData[] =>
  type === "ANY" ? records : records.filter((record) => record.type === type);

/** What nobody here is called. */
function elsewhere(name: string, type: string, view: View): Verdict {
  const single = name !== "" && !name.includes(".");
  // The client's own search domains are what such a name is for; the root has no addresses to tell.
  if (single && view.ndots > 0 && (type === "A" || type === "AAAA")) return { type: "answer", records: [] };
  if (view.upstream === undefined) return { type: "refuse", rcode: "SERVFAIL" };
  return { type: "forward", to: view.upstream };
}
