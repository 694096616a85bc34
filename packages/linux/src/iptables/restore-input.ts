import { isDeepStrictEqual } from "node:util";
import { CnmError, HOST_OWNER, sameOwner } from "@cnm/core";
import type { IptablesRuleResource } from "../resources/resource.ts";
import { digestOfFound, isOfHost, isOurs, skeletonOfFound, skeletonOfSpec } from "./digest.ts";
import { type Element, elementsOf } from "./elements.ts";
import { dropLines } from "./leftovers.ts";
import type { SavedRule, SavedTable } from "./parse-save.ts";
import { ruleText, splitOwner, targetOf, withOwner } from "./rule-text.ts";
import { type ChainsSpec, type TableSpec, USER_CHAIN } from "./spec.ts";

export interface FamilyChange {
  /** The chains and their fixed rules: make what is missing or wrong, or take everything down. */
  readonly chains?: "make" | "drop";
  readonly remove: readonly IptablesRuleResource[];
  readonly add: readonly IptablesRuleResource[];
}

/**
 * What to feed to `iptables-restore --noflush`, given what iptables-save printed: each table is one transaction of the
 * kernel. Empty: there is nothing to do. Throws `conflict` where rules are to be added to chains that somebody deleted.
 */
export function restoreInput(spec: ChainsSpec, found: readonly SavedTable[], change: FamilyChange): string {
  const elements = elementsOf(spec.family, found);
  const isThere = digestOfFound(spec, found) !== undefined;
  return spec.tables
    .map((wanted): TableInput => {
      const table = found.find(({ name }) => name === wanted.name) ?? { name: wanted.name, chains: [], rules: [] };
      const concerns = ({ table: name }: IptablesRuleResource): boolean => name === wanted.name;
      const part: TableChange = {
        remove: change.remove.filter(concerns),
        add: change.add.filter(concerns),
        elements: elements.filter(({ resource }) => concerns(resource)),
      };
      if (change.chains === "drop") return { table, lines: dropLines(table) };
      const differs = !isDeepStrictEqual(skeletonOfFound(table), skeletonOfSpec(wanted));
      if (change.chains === "make" && differs) return { table, lines: makeLines(wanted, table, part) };
      if (!isThere && part.add.length === 0) return { table, lines: [] };
      return { table, lines: elementLines(spec.family, table, part) };
    })
    .map(tableText)
    .join("");
}

interface TableChange {
  readonly remove: readonly IptablesRuleResource[];
  readonly add: readonly IptablesRuleResource[];
  readonly elements: readonly Element[];
}

export interface TableInput {
  readonly table: Pick<SavedTable, "name">;
  readonly lines: readonly string[];
}

export const tableText = ({ table, lines }: TableInput): string =>
  lines.length === 0 ? "" : [`*${table.name}`, ...lines, "COMMIT", ""].join("\n");

/** A rule that stands there as asked stays; one that is there twice, or for somebody else, does not. */
function elementLines(family: 4 | 6, table: SavedTable, { remove, add, elements }: TableChange): readonly string[] {
  const chains = new Set(table.chains);
  const lost = add.find(({ chain }) => !chains.has(chain));
  if (lost !== undefined) throw chainGone(family, lost);

  const wanted = new Map(add.map((resource) => [resource.key, resource]));
  const concerned = new Set([...wanted.keys(), ...remove.map(({ key }) => key)]);
  const lines: string[] = [];
  for (const { resource, saved } of elements) {
    if (!concerned.has(resource.key)) continue;
    const next = wanted.get(resource.key);
    if (next !== undefined && sameOwner(next.owner, resource.owner)) wanted.delete(resource.key);
    else lines.push(deletion(saved));
  }
  return [...lines, ...[...wanted.values()].map(insertion)];
}

/**
 * All chains anew, with the elements that are there and go on. `:CHAIN` makes a chain or empties it; in one transaction with
 * what fills it again. The administrator's chain is never named so.
 */
function makeLines(wanted: TableSpec, table: SavedTable, { remove, add, elements }: TableChange): readonly string[] {
  const names = new Set(wanted.chains.map(({ name }) => name));
  const obsolete = new Set(table.chains.filter((chain) => isOurs(chain) && !names.has(chain)));
  const kept = new Map(elements.map(({ resource }) => [resource.key, resource]));
  for (const { key } of remove) kept.delete(key);
  for (const resource of add) kept.set(resource.key, resource);

  return [
    ...wanted.chains.flatMap(({ name }) => {
      if (name !== USER_CHAIN) return [`:${name} - [0:0]`];
      return table.chains.includes(name) ? [] : [`-N ${name}`];
    }),
    ...table.rules.filter((rule) => leadsInto(rule, obsolete)).map(deletion),
    ...[...obsolete].map((chain) => `-F ${chain}`),
    ...[...obsolete].map((chain) => `-X ${chain}`),
    ...wanted.chains.flatMap(({ name, rules }) => rules.map((rule) => fixed("-A", name, rule))),
    ...[...kept.values()].filter(({ chain }) => names.has(chain)).map(insertion),
    ...wanted.jumps.flatMap((jump) => jumpLines(jump, table, obsolete)),
  ];
}

/** From outside our chains: those are emptied anyway. */
const leadsInto = ({ chain, words }: SavedRule, obsolete: ReadonlySet<string>): boolean =>
  (!isOurs(chain) || chain === USER_CHAIN) && obsolete.has(targetOf(words) ?? "");

function jumpLines(
  { from, at, rules }: TableSpec["jumps"][number],
  table: SavedTable,
  obsolete: ReadonlySet<string>,
): readonly string[] {
  const here = table.rules.filter(({ chain, words }) => chain === from && isOfHost(splitOwner(words).owner));
  const wanted = rules.map((rule) => withOwner(rule, HOST_OWNER));
  if (
    isDeepStrictEqual(
      here.map(({ words }) => words),
      wanted,
    )
  )
    return [];
  const gone = here.filter((rule) => !leadsInto(rule, obsolete)).map(deletion);
  const made = at === "head" ? rules.toReversed().map((rule) => fixed("-I", from, rule)) : [];
  return [...gone, ...made, ...(at === "tail" ? rules.map((rule) => fixed("-A", from, rule)) : [])];
}

const fixed = (how: "-A" | "-I", chain: string, rule: readonly string[]): string =>
  `${how} ${chain} ${ruleText(withOwner(rule, HOST_OWNER))}`;

/** At the head, so that a chain's fixed rules stay behind. */
const insertion = ({ chain, rule, owner }: IptablesRuleResource): string =>
  `-I ${chain} ${ruleText(withOwner(rule, owner))}`;

const deletion = ({ chain, words }: SavedRule): string => `-D ${chain} ${ruleText(words)}`;

function chainGone(family: 4 | 6, { table, chain }: IptablesRuleResource): CnmError {
  const program = family === 4 ? "iptables" : "ip6tables";
  const message = `chain ${chain} of ${program}'s table ${table} is gone: somebody deleted it; repair() makes it anew`;
  return new CnmError("conflict", "firewall-gone", message);
}
