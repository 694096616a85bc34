import { CnmError, formatOwner, type OwnerRef, parseOwner } from "@cnm/core";
import type { RuleWords } from "./spec.ts";

/** The words with the owner's comment, where iptables-save prints it: the last match before the target. */
export function withOwner(rule: RuleWords, owner: OwnerRef): RuleWords {
  const at = targetAt(rule);
  return [...rule.slice(0, at), "-m", "comment", "--comment", formatOwner(owner), ...rule.slice(at)];
}

/** The reverse of {@link withOwner}; no owner: it is somebody else's rule. */
export function splitOwner(words: RuleWords): { readonly rule: RuleWords; readonly owner: OwnerRef | undefined } {
  const at = words.findIndex(
    (word, index) => word === "--comment" && words[index - 1] === "comment" && words[index - 2] === "-m",
  );
  const owner = at < 0 ? undefined : parseOwner(words[at + 1] ?? "");
  return owner === undefined
    ? { rule: words, owner }
    : { rule: [...words.slice(0, at - 2), ...words.slice(at + 2)], owner };
}

/** The chain or extension that a rule goes to. */
export function targetOf(words: RuleWords): string | undefined {
  return words[targetAt(words) + 1];
}

function targetAt(words: RuleWords): number {
  const at = words.findIndex((word) => word === "-j" || word === "-g");
  return at < 0 ? words.length : at;
}

const PLAIN = /^[A-Za-z0-9_.:,/[\]!@=%+-]+$/;

/** As a line of iptables-restore. */
export function ruleText(words: RuleWords): string {
  return words.map(quoted).join(" ");
}

function quoted(word: string): string {
  if (PLAIN.test(word)) return word;
  if (/[\r\n]/.test(word)) {
    const message = `iptables-restore cannot take a line break in ${JSON.stringify(word)}: delete that rule by hand`;
    throw new CnmError("unsupported", "iptables-line-break", message);
  }
  return `"${word.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** Other spellings that versions of the programs have printed for the same. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  "1": "icmp",
  "6": "tcp",
  "17": "udp",
  "58": "ipv6-icmp",
  icmpv6: "ipv6-icmp",
  "132": "sctp",
};

export function canonical(words: RuleWords): RuleWords {
  return words.map((word, at) => {
    if (words[at - 1] === "-p") return PROTOCOLS[word] ?? word;
    if (words[at - 1] === "--ctstate" && word === "ESTABLISHED,RELATED") return "RELATED,ESTABLISHED";
    return word;
  });
}
