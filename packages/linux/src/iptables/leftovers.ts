import { isOfHost, isOurs } from "./digest.ts";
import type { SavedRule, SavedTable } from "./parse-save.ts";
import { ruleText, splitOwner, targetOf } from "./rule-text.ts";
import { USER_CHAIN } from "./spec.ts";

/**
 * The lines that take down everything of ours in a table: chains, whatever version made them, and what jumps to them. The
 * administrator's chain stays if it has rules, or if something of the administrator's jumps to it; our jump to it goes.
 */
export function dropLines(table: SavedTable): readonly string[] {
  const going = new Set(table.chains.filter((chain) => isOurs(chain) && !(chain === USER_CHAIN && isUsed(table))));
  const stranded = table.rules.filter(
    ({ chain, words }) => !going.has(chain) && (isOfHost(splitOwner(words).owner) || going.has(targetOf(words) ?? "")),
  );
  return [
    ...stranded.map(({ chain, words }) => `-D ${chain} ${ruleText(words)}`),
    ...[...going].map((chain) => `-F ${chain}`),
    ...[...going].map((chain) => `-X ${chain}`),
  ];
}

const isUsed = ({ rules }: SavedTable): boolean =>
  rules.some((rule) => rule.chain === USER_CHAIN || isJumpOfOthers(rule));

const isJumpOfOthers = ({ chain, words }: SavedRule): boolean =>
  targetOf(words) === USER_CHAIN && !isOurs(chain) && !isOfHost(splitOwner(words).owner);
