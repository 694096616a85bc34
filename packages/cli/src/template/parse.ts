import { parsePipeline, TokenReader } from "./parse-pipeline.ts";
import type { Node } from "./syntax.ts";
import { TemplateError } from "./template-error.ts";
import { tokensOf } from "./tokens.ts";

/** Go's text/template: texts, `{{pipelines}}`, if, with, range, else, end, comments, and `{{-` `-}}` that trim. */
export function parse(template: string): readonly Node[] {
  return new Parser(template).parse();
}

interface Action {
  readonly word: string;
  readonly reader: TokenReader;
  readonly at: number;
}

type Part = { readonly text: string } | { readonly action: Action };

class Parser {
  readonly #template: string;
  readonly #parts: readonly Part[];
  #next = 0;

  constructor(template: string) {
    this.#template = template;
    this.#parts = split(template);
  }

  parse(): readonly Node[] {
    const { nodes, end } = this.#list();
    if (end !== undefined) throw this.#fault(end.at, `{{${end.word}}} without if, with or range before it`);
    return nodes;
  }

  /** Nodes up to the `else` or `end` that belongs to whoever asks. */
  #list(): { readonly nodes: readonly Node[]; readonly end: Action | undefined } {
    const nodes: Node[] = [];
    while (true) {
      const part = this.#parts[this.#next++];
      if (part === undefined) return { nodes, end: undefined };
      if ("text" in part) {
        if (part.text !== "") nodes.push({ type: "text", text: part.text });
      } else if (part.action.word === "else" || part.action.word === "end") {
        return { nodes, end: part.action };
      } else {
        nodes.push(this.#node(part.action));
      }
    }
  }

  #node(action: Action): Node {
    const { word, reader } = action;
    switch (word) {
      case "if":
      case "with":
      case "range": {
        const pipeline = parsePipeline(reader, word === "range" ? 2 : 1);
        reader.expectEnd();
        return { type: word, pipeline, ...this.#branches(action) };
      }
      case "define":
      case "template":
      case "block":
      case "break":
      case "continue":
        throw this.#fault(action.at, `{{${word}}} is not supported`);
      default: {
        const pipeline = parsePipeline(reader, 1);
        reader.expectEnd();
        return { type: "output", pipeline };
      }
    }
  }

  #branches(start: Action): { readonly body: readonly Node[]; readonly otherwise: readonly Node[] } {
    const { nodes: body, end } = this.#list();
    if (end === undefined) throw this.#fault(start.at, `{{${start.word}}} has no {{end}}`);
    if (end.word === "end") {
      end.reader.expectEnd();
      return { body, otherwise: [] };
    }
    return { body, otherwise: this.#otherwise(start, end) };
  }

  /** After an `else`: another condition that shares our `end`, or nodes up to it. */
  #otherwise(start: Action, { reader, at }: Action): readonly Node[] {
    const word = reader.word();
    if (word === "if" || word === "with") return [this.#node({ word, reader, at })];
    reader.expectEnd();
    const { nodes, end } = this.#list();
    if (end === undefined) throw this.#fault(start.at, `{{${start.word}}} has no {{end}}`);
    if (end.word === "else") throw this.#fault(end.at, "a second {{else}}");
    end.reader.expectEnd();
    return nodes;
  }

  #fault(at: number, message: string): TemplateError {
    return new TemplateError(this.#template, at, message);
  }
}

const ACTION =
  /\{\{(-(?=\s))?\s*(?:\/\*[\s\S]*?\*\/\s*?|(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|(?!\s-?\}\}|\}\})[\s\S])*)(\s-)?\s*\}\}/y;

function split(template: string): readonly Part[] {
  const parts: Part[] = [];
  let trim = false;
  for (let at = 0; at < template.length; ) {
    const open = template.indexOf("{{", at);
    const rest = template.slice(at, open < 0 ? undefined : open);
    const text = trim ? rest.trimStart() : rest;
    if (open < 0) return [...parts, { text }];
    ACTION.lastIndex = open;
    const match = ACTION.exec(template);
    if (match === null) throw new TemplateError(template, open, '"{{" has no "}}"');
    const [whole, trimsBefore, trimsAfter] = match;
    parts.push({ text: trimsBefore === undefined ? text : text.trimEnd() });
    const start = open + 2 + (trimsBefore?.length ?? 0);
    const end = open + whole.length - 2 - (trimsAfter === undefined ? 0 : 1);
    if (!template.slice(start, end).trimStart().startsWith("/*")) parts.push({ action: action(template, start, end) });
    trim = trimsAfter !== undefined;
    at = open + whole.length;
  }
  return parts;
}

function action(template: string, start: number, end: number): Action {
  const reader = new TokenReader(template, tokensOf(template, start, end));
  return { at: reader.at, word: reader.keyword() ?? "", reader };
}
