import { CnmError } from "@cnm/core";
import { canonical } from "./rule-text.ts";
import type { RuleWords } from "./spec.ts";

/** What iptables-save prints of one table, in its order. */
export interface SavedTable {
  readonly name: string;
  readonly chains: readonly string[];
  readonly rules: readonly SavedRule[];
}

export interface SavedRule {
  readonly chain: string;
  /** Everything after `-A CHAIN`, unquoted. */
  readonly words: RuleWords;
}

/** Reads the whole of it or throws: a rule that is misread could be deleted by mistake. */
export function parseSave(text: string): readonly SavedTable[] {
  const tables: SavedTable[] = [];
  let open: { name: string; chains: string[]; rules: SavedRule[] } | undefined;

  for (const line of logicalLines(text)) {
    if (line === "" || line.startsWith("#")) continue;
    if (open === undefined) {
      const name = /^\*(\S+)$/.exec(line)?.[1];
      if (name === undefined) throw unreadable(line, "a table's name was expected");
      open = { name, chains: [], rules: [] };
    } else if (line === "COMMIT") {
      tables.push(open);
      open = undefined;
    } else if (line.startsWith(":")) {
      const chain = /^:(\S+) (?:-|[A-Z]+)(?: \[\d+:\d+\])?$/.exec(line)?.[1];
      if (chain === undefined) throw unreadable(line, "it is no chain");
      open.chains.push(chain);
    } else {
      const [append, chain, ...words] = splitWords(line);
      if (append !== "-A" || chain === undefined) throw unreadable(line, "it is no rule");
      open.rules.push({ chain, words: canonical(words) });
    }
  }
  if (open !== undefined) throw unreadable(`*${open.name}`, "the table has no end");
  return tables;
}

/** A quoted comment of somebody else's may hold line breaks. */
function* logicalLines(text: string): Generator<string> {
  let begun = "";
  for (const line of text.split("\n")) {
    const whole = begun + line;
    if (whole.startsWith("-A") && endsInQuotes(whole)) {
      begun = `${whole}\n`;
      continue;
    }
    begun = "";
    yield whole;
  }
  if (begun !== "") throw unreadable(begun, "a quotation has no end");
}

function endsInQuotes(line: string): boolean {
  let inside = false;
  for (let at = 0; at < line.length; at++) {
    if (inside && line[at] === "\\") at++;
    else if (line[at] === '"') inside = !inside && line[at - 1] === " ";
  }
  return inside;
}

function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  // A quoted word with its escapes, or a plain one; each with what separates it from the next.
  const word = /(?:"((?:[^"\\]|\\.)*)"|([^\s"]\S*))(?: +|$)/sy;
  while (word.lastIndex < line.length) {
    const at = word.lastIndex;
    const match = word.exec(line);
    if (match === null) throw unreadable(line, `its words cannot be told apart from column ${at + 1} on`);
    words.push(match[1] === undefined ? (match[2] ?? "") : match[1].replaceAll(/\\(.)/gs, "$1"));
  }
  return words;
}

function unreadable(line: string, why: string): CnmError {
  return new CnmError("internal", "iptables-save-unreadable", `iptables-save printed "${line}": ${why}`);
}
