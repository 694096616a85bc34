import type { IptablesRuleResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";
import { isOurs, varies } from "./digest.ts";
import type { SavedRule, SavedTable } from "./parse-save.ts";
import { splitOwner } from "./rule-text.ts";
import type { IptablesTable } from "./spec.ts";

const TABLES: ReadonlySet<string> = new Set<IptablesTable>(["filter", "nat", "mangle"]);

/** A rule in the tables, and the resource that it is. */
export interface Element {
  readonly resource: IptablesRuleResource;
  readonly saved: SavedRule;
}

/** The rules of networks and endpoints, wherever in our chains they stand. A rule that is there twice is listed twice. */
export function elementsOf(family: 4 | 6, tables: readonly SavedTable[]): readonly Element[] {
  return tables.flatMap((table) => {
    if (!isKnown(table.name)) return [];
    const { name } = table;
    return table.rules.flatMap((saved) => {
      const { rule, owner } = splitOwner(saved.words);
      if (!isOurs(saved.chain) || !varies(owner)) return [];
      const { chain } = saved;
      return [{ saved, resource: keyed({ kind: "iptables-rule", owner, family, table: name, chain, rule }) }];
    });
  });
}

const isKnown = (name: string): name is IptablesTable => TABLES.has(name);
