import { createHash } from "node:crypto";
import { HOOKS, NFT_DATA_VERDICT, NFT_SET_MAP } from "./constants.ts";
import type { FoundChain, FoundRule, FoundSet } from "./dump.ts";
import { fieldsDatatype, fieldsLength } from "./fields.ts";
import type { NftSetSpec, NftTableSpec } from "./spec.ts";

/** What a table is made of, without elements, in a form that spec and kernel can both be brought to. */
interface Skeleton {
  readonly sets: readonly (readonly [
    name: string,
    flags: number,
    keyType: number,
    keyLength: number,
    dataType: number,
  ])[];
  readonly chains: readonly (readonly [name: string, type: string, hook: number, priority: number, policy: string])[];
  readonly rules: readonly (readonly [chain: string, comment: string, expressions: string])[];
}

/** The digest of a table as it shall be. */
export function digestOfSpec({ sets, chains }: NftTableSpec): string {
  return digest({
    sets: sets.map((set) => [set.name, flagsOf(set), fieldsDatatype(set.key), fieldsLength(set.key), dataTypeOf(set)]),
    chains: chains.map(({ name, base }) => [
      name,
      base?.type ?? "",
      base === undefined ? -1 : HOOKS[base.hook],
      base?.priority ?? 0,
      base?.policy ?? "",
    ]),
    rules: chains.flatMap(({ name, rules }) =>
      rules.map(
        ({ comment, expressions }) => [name, comment, names(expressions.map((expression) => expression.name))] as const,
      ),
    ),
  });
}

/** The digest of a table as the kernel has it. */
export function digestOfFound(
  sets: readonly FoundSet[],
  chains: readonly FoundChain[],
  rules: readonly FoundRule[],
): string {
  return digest({
    sets: sets.map((set) => [set.name, set.flags, set.keyType, set.keyLength, set.dataType]),
    chains: chains.map((chain) => [
      chain.name,
      chain.type ?? "",
      chain.hook ?? -1,
      chain.priority ?? 0,
      chain.policy ?? "",
    ]),
    rules: rules.map((rule) => [rule.chain, rule.comment, names(rule.expressions)]),
  });
}

function digest({ sets, chains, rules }: Skeleton): string {
  // Rules have an order within their chain; sets and chains have none.
  const canonical = {
    sets: sets.map((set) => JSON.stringify(set)).sort(),
    chains: chains.map((chain) => JSON.stringify(chain)).sort(),
    rules: chains
      .map(([name]) => rules.filter(([chain]) => chain === name).map((rule) => JSON.stringify(rule)))
      .map(String)
      .sort(),
  };
  return createHash("sha256").update(JSON.stringify(canonical)).digest("hex").slice(0, 16);
}

const names = (expressions: readonly string[]): string => expressions.join(" ");

const flagsOf = (set: NftSetSpec): number => (set.data === undefined ? 0 : NFT_SET_MAP);

function dataTypeOf({ data }: NftSetSpec): number {
  if (data === undefined) return 0;
  return data === "verdict" ? NFT_DATA_VERDICT : fieldsDatatype(data);
}
