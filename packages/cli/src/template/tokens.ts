import { TemplateError } from "./template-error.ts";

export type TokenKind = "field" | "dot" | "variable" | "name" | "string" | "number" | "symbol" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** A field's or variable's name, a string's contents, a symbol's spelling. */
  readonly text: string;
  /** Offset in the template. */
  readonly at: number;
  /** Whether it stands apart from what precedes it: `.A .B` are two values, `.A.B` is one. */
  readonly spaced: boolean;
}

const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ["number", /[+-]?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/y],
  ["field", /\.([\p{L}_][\p{L}\p{Nd}_]*)/uy],
  ["dot", /\./y],
  ["variable", /\$([\p{L}\p{Nd}_]*)/uy],
  ["name", /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ["string", /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y],
  ["symbol", /:=|[|(),=]/y],
];

/** The tokens of one action: what stands between `{{` and `}}`, from `start` to `end` of the template. */
export function tokensOf(template: string, start: number, end: number): readonly Token[] {
  const tokens: Token[] = [];
  let at = start;
  for (let spaced = true; at < end; spaced = false) {
    const space = /\s*/y;
    space.lastIndex = at;
    const blanks = space.exec(template)?.[0].length ?? 0;
    at += blanks;
    if (at >= end) break;
    const token = tokenAt(template, at, spaced || blanks > 0);
    tokens.push(token.token);
    at += token.length;
  }
  return [...tokens, { kind: "end", text: "", at: end, spaced: true }];
}

function tokenAt(template: string, at: number, spaced: boolean): { readonly token: Token; readonly length: number } {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(template);
    if (match === null) continue;
    const text = kind === "string" ? contents(template, at, match[0]) : (match[1] ?? match[0]);
    return { token: { kind, text, at, spaced }, length: match[0].length };
  }
  const found = template[at] ?? "";
  throw new TemplateError(
    template,
    at,
    found === '"' || found === "`" ? "the string has no end" : `unexpected ${JSON.stringify(found)}`,
  );
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "'": "'" };

/** Of a quoted string: `"…"` with escapes, or backquotes without. */
function contents(template: string, at: number, quoted: string): string {
  const inside = quoted.slice(1, -1);
  if (quoted.startsWith("`")) return inside;
  return inside.replace(
    /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/gs,
    (_, name: string, offset: number) => {
      if (name.length > 1) return String.fromCodePoint(Number.parseInt(name.slice(1), 16));
      const character = ESCAPES[name];
      if (character !== undefined) return character;
      throw new TemplateError(template, at + 1 + offset, `there is no escape \\${name}`);
    },
  );
}
