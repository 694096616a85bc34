import { createHash } from "node:crypto";
import { HOST_OWNER, type OwnerRef } from "@cnm/core";
import type { SavedRule, SavedTable } from "./parse-save.ts";
import { splitOwner, withOwner } from "./rule-text.ts";
import { CHAIN_PREFIX, type ChainsSpec, type RuleWords, type TableSpec, USER_CHAIN } from "./spec.ts";

/** The digest of a family's skeleton as it shall be. */
export function digestOfSpec({ tables }: ChainsSpec): string {
  return digest(tables.map((table) => skeletonOfSpec(table)));
}

/** The digest of what a family has; undefined: there is nothing of ours but, perhaps, the administrator's chain. */
export function digestOfFound({ tables }: ChainsSpec, found: readonly SavedTable[]): string | undefined {
  const skeletons = tables.map(({ name }) => skeletonOfFound(found.find((table) => table.name === name)));
  return skeletons.every((lines) => lines.every((line) => line === `:${USER_CHAIN}`)) ? undefined : digest(skeletons);
}

/** Chains by name, then the fixed rules of each chain: lines that spec and kernel can both be brought to. */
export function skeletonOfSpec({ chains, jumps }: TableSpec): readonly string[] {
  const fixed = new Map<string, readonly RuleWords[]>([
    ...chains.map(({ name, rules }) => [name, rules] as const),
    ...jumps.map(({ from, rules }) => [from, rules] as const),
  ]);
  return skeleton(
    chains.map(({ name }) => name),
    [...fixed].flatMap(([chain, rules]) => rules.map((rule) => ({ chain, words: withOwner(rule, HOST_OWNER) }))),
  );
}

export function skeletonOfFound(table: SavedTable | undefined): readonly string[] {
  if (table === undefined) return [];
  const fixed = table.chains.flatMap((chain) => fixedRules(table, chain));
  return skeleton(table.chains.filter(isOurs), fixed);
}

function skeleton(chains: readonly string[], rules: readonly SavedRule[]): readonly string[] {
  return [
    ...chains.map((name) => `:${name}`).toSorted(),
    // Sorting is stable: within a chain the order stays.
    ...rules
      .toSorted((a, b) => (a.chain < b.chain ? -1 : a.chain > b.chain ? 1 : 0))
      .map(({ chain, words }) => `${chain} ${JSON.stringify(words)}`),
  ];
}

/**
 * In chains of ours what varies comes first; from the first rule on that is not of that sort, everything counts: what
 * strangers put there, and what came behind a fixed rule. In built-in chains only what is marked as ours counts.
 */
function fixedRules(table: SavedTable, chain: string): readonly SavedRule[] {
  if (chain === USER_CHAIN) return [];
  const rules = table.rules.filter((rule) => rule.chain === chain);
  if (!isOurs(chain)) return rules.filter(({ words }) => isOfHost(splitOwner(words).owner));
  const from = rules.findIndex(({ words }) => !varies(splitOwner(words).owner));
  return from < 0 ? [] : rules.slice(from);
}

export const isOurs = (chain: string): boolean => chain.startsWith(CHAIN_PREFIX);
export const isOfHost = (owner: OwnerRef | undefined): boolean => owner?.kind === "host";
export const varies = (owner: OwnerRef | undefined): owner is OwnerRef => owner !== undefined && !isOfHost(owner);

const digest = (skeletons: readonly (readonly string[])[]): string =>
  createHash("sha256").update(JSON.stringify(skeletons)).digest("hex").slice(0, 32);
