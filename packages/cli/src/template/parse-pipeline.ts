import type { Command, Operand, Pipeline } from "./syntax.ts";
import { TemplateError } from "./template-error.ts";
import type { Token, TokenKind } from "./tokens.ts";

const KEYWORDS = new Set(["if", "with", "range", "else", "end", "define", "template", "block", "break", "continue"]);

/** The tokens of one action, read one after the other. */
export class TokenReader {
  readonly #template: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(template: string, tokens: readonly Token[]) {
    this.#template = template;
    this.#tokens = tokens;
  }

  get at(): number {
    return this.peek().at;
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[this.#next + ahead] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error("an action has at least its end");
    return token;
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  is(kind: TokenKind, text?: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === kind && (text === undefined || token.text === text);
  }

  word(): string | undefined {
    return this.is("name") ? this.take().text : undefined;
  }

  /** The word that makes this action more than a pipeline. */
  keyword(): string | undefined {
    return KEYWORDS.has(this.peek().text) ? this.word() : undefined;
  }

  expectEnd(): void {
    if (!this.is("end")) throw this.unexpected();
  }

  unexpected(): TemplateError {
    const { kind, text } = this.peek();
    return this.fault(kind === "end" ? "something is missing before }}" : `unexpected ${JSON.stringify(text)}`);
  }

  fault(message: string, at = this.at): TemplateError {
    return new TemplateError(this.#template, at, message);
  }
}

/** `[$x :=] command | command …`, with at most so many variables. */
export function parsePipeline(reader: TokenReader, variables: number): Pipeline {
  const { at } = reader;
  const declared = declaration(reader, variables);
  const commands = [command(reader)];
  while (reader.is("symbol", "|")) {
    reader.take();
    commands.push(command(reader));
  }
  for (const [index, { operands }] of commands.entries()) {
    const [first] = operands;
    if (index > 0 && first.type !== "function" && first.type !== "field") {
      throw reader.fault("only a function or a method can stand after |", first.at);
    }
  }
  return { ...declared, commands, at };
}

function declaration(reader: TokenReader, most: number): Pick<Pipeline, "variables" | "assigns"> {
  if (!reader.is("variable")) return { variables: [], assigns: false };
  const second = most > 1 && reader.is("symbol", ",", 1) && reader.is("variable", undefined, 2);
  const symbol = reader.peek(second ? 3 : 1);
  if (symbol.kind !== "symbol" || (symbol.text !== ":=" && symbol.text !== "="))
    return { variables: [], assigns: false };
  const variables = [reader.take().text];
  if (second) {
    reader.take();
    variables.push(reader.take().text);
  }
  return { variables, assigns: reader.take().text === "=" };
}

function command(reader: TokenReader): Command {
  const { at } = reader;
  const first = operand(reader);
  const rest: Operand[] = [];
  while (!reader.is("end") && !reader.is("symbol", "|") && !reader.is("symbol", ")")) rest.push(operand(reader));
  if (rest.length > 0 && first.type !== "function" && first.type !== "field") {
    throw reader.fault("only a function or a method takes arguments", first.at);
  }
  return { operands: [first, ...rest], at };
}

function operand(reader: TokenReader): Operand {
  let value = term(reader);
  while (reader.is("field") && !reader.peek().spaced) {
    const { text: name, at } = reader.take();
    if (value.type === "literal" || value.type === "function") throw reader.fault("it has no fields", at);
    value = { type: "field", of: value, name, at };
  }
  return value;
}

function term(reader: TokenReader): Operand {
  const { kind, text, at } = reader.peek();
  switch (kind) {
    case "field":
      reader.take();
      return { type: "field", of: { type: "dot", at }, name: text, at };
    case "dot":
      reader.take();
      return { type: "dot", at };
    case "variable":
      reader.take();
      return { type: "variable", name: text, at };
    case "string":
      reader.take();
      return { type: "literal", value: text, at };
    case "number":
      reader.take();
      return { type: "literal", value: Number(text), at };
    case "name":
      reader.take();
      return text === "true" || text === "false"
        ? { type: "literal", value: text === "true", at }
        : text === "nil"
          ? { type: "literal", value: null, at }
          : { type: "function", name: text, at };
    case "symbol": {
      if (text !== "(") throw reader.unexpected();
      reader.take();
      const pipeline = parsePipeline(reader, 0);
      if (!reader.is("symbol", ")")) throw reader.fault('"(" has no ")"', at);
      reader.take();
      return { type: "nested", pipeline, at };
    }
    case "end":
      throw reader.unexpected();
  }
}
