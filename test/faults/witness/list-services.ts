import type { Namespace } from "@cnm/linux";
import { output } from "./ip.ts";

export interface FoundPort {
  readonly name: string;
  readonly owner: string;
  /** Absent: it refuses. */
  readonly chain?: { readonly name: string; readonly modulus: number };
  /** By their numbers: "10.7.0.2 80"; "nothing" where a number is missing. */
  readonly slots: readonly string[];
}

export interface FoundServices {
  readonly ports: readonly FoundPort[];
  readonly chains: readonly string[];
  /** Slots of no port. */
  readonly strays: readonly string[];
}

interface Row {
  readonly table?: { readonly name: string };
  readonly set?: NftSet;
  readonly map?: NftSet;
  readonly chain?: { readonly table: string; readonly name: string };
  readonly rule?: { readonly table: string; readonly chain: string; readonly expr: unknown };
}

interface NftSet {
  readonly table: string;
  readonly name: string;
  readonly elem?: readonly unknown[];
}

interface Concat {
  readonly concat: readonly (string | number)[];
}

interface Entry {
  readonly elem: { readonly val: Concat; readonly comment: string };
}

const TABLE = "cnm-services";

/** Virtual ports as `nft` lists them. Undefined: there is no such table. */
export async function listServices(namespace: Namespace): Promise<FoundServices | undefined> {
  const text = await output("nft", ["-j", "list", "ruleset"], namespace);
  const rows = (JSON.parse(text) as { readonly nftables: readonly Row[] }).nftables;
  if (!rows.some(({ table }) => table?.name === TABLE)) return undefined;
  const sets = rows.flatMap(({ set, map }) => set ?? map ?? []).filter(({ table }) => table === TABLE);
  const chains = rows.flatMap(({ chain }) => (chain?.table === TABLE ? [chain.name] : []));
  const slots = slotsOf(sets);
  const entries = sets.filter(({ name }) => !name.startsWith("tasks")).flatMap((set) => entriesOf(set));
  const ports = entries.map(({ name, owner, chain }): FoundPort => {
    const led = slots.get(name) ?? [];
    return {
      name,
      owner,
      slots: led,
      ...(chain === undefined ? {} : { chain: { name: chain, modulus: modulus(rows, chain) } }),
    };
  });
  const known = new Set(ports.map(({ name }) => name));
  return { ports, chains, strays: [...slots.keys()].filter((name) => !known.has(name)) };
}

/** "10.7.0.5 tcp 8080" and where it leads. Sets of any address have none in their keys. */
function entriesOf({ name: set, elem = [] }: NftSet) {
  const any = set.endsWith("-any") ? [set.includes("6") ? "::" : "0.0.0.0"] : [];
  return elem.map((element) => {
    const [entry, verdict] = (Array.isArray(element) ? element : [element]) as [Entry, { jump?: { target: string } }?];
    const name = [...any, ...entry.elem.val.concat].join(" ");
    return { name, owner: entry.elem.comment, chain: verdict?.jump?.target };
  });
}

function slotsOf(sets: readonly NftSet[]): ReadonlyMap<string, readonly string[]> {
  const slots = new Map<string, string[]>();
  for (const { elem = [] } of sets.filter(({ name }) => name.startsWith("tasks"))) {
    for (const [key, target] of elem as readonly (readonly [Concat, Concat])[]) {
      const name = key.concat.slice(0, -1).join(" ");
      const list = slots.get(name) ?? [];
      slots.set(name, list);
      list[Number(key.concat.at(-1))] = target.concat.join(" ");
    }
  }
  return new Map([...slots].map(([name, list]) => [name, Array.from(list, (target) => target ?? "nothing")]));
}

/** Of the one rule of a chain: among how many it chooses. */
function modulus(rows: readonly Row[], chain: string): number {
  const rules = rows.flatMap(({ rule }) => (rule?.table === TABLE && rule.chain === chain ? [rule] : []));
  const numbers = rules.map(({ expr }) => Number(/"mod":(\d+)/.exec(JSON.stringify(expr))?.[1]));
  return numbers.length === 1 ? (numbers[0] ?? Number.NaN) : Number.NaN;
}
