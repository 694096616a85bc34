import type { Functions } from "./functions.ts";
import type { Command, Node, Operand, Pipeline } from "./syntax.ts";
import { TemplateError, ValueError } from "./template-error.ts";
import { entriesOf, type Fields, isFields, isList, isTrue, kindOf, textOf, type Value } from "./value.ts";

export interface Environment {
  /** For messages. */
  readonly template: string;
  readonly functions: Functions;
}

/** What a parsed template prints of a value. Throws {@link TemplateError} with the place. */
export function evaluate(nodes: readonly Node[], value: Value, environment: Environment): string {
  return new Evaluator(environment).list(nodes, value, new Scope(undefined, new Map([["", value]])));
}

class Scope {
  readonly #outer: Scope | undefined;
  readonly #variables: Map<string, Value>;

  constructor(outer: Scope | undefined, variables = new Map<string, Value>()) {
    this.#outer = outer;
    this.#variables = variables;
  }

  holder(name: string): Map<string, Value> | undefined {
    return this.#variables.has(name) ? this.#variables : this.#outer?.holder(name);
  }

  declare(name: string, value: Value): void {
    this.#variables.set(name, value);
  }
}

class Evaluator {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  list(nodes: readonly Node[], dot: Value, scope: Scope): string {
    return nodes.map((node) => this.#node(node, dot, scope)).join("");
  }

  #node(node: Node, dot: Value, scope: Scope): string {
    switch (node.type) {
      case "text":
        return node.text;
      case "output": {
        const value = this.#pipeline(node.pipeline, dot, scope);
        return node.pipeline.variables.length > 0 ? "" : textOf(value);
      }
      case "if":
      case "with": {
        const inner = new Scope(scope);
        const value = this.#pipeline(node.pipeline, dot, inner);
        if (!isTrue(value)) return this.list(node.otherwise, dot, inner);
        return this.list(node.body, node.type === "with" ? value : dot, inner);
      }
      case "range":
        return this.#range(node, dot, new Scope(scope));
    }
  }

  #range(node: Extract<Node, { type: "range" }>, dot: Value, scope: Scope): string {
    const { variables, at } = node.pipeline;
    const value = this.#commands(node.pipeline, dot, scope);
    const items = itemsOf(value);
    if (items === undefined) throw this.#fault(at, `cannot range over ${kindOf(value)}`);
    if (items.length === 0) return this.list(node.otherwise, dot, scope);
    const [first, second] = variables;
    const texts = items.map(([key, item]) => {
      const inner = new Scope(scope);
      if (second !== undefined) inner.declare(second, item);
      if (first !== undefined) inner.declare(first, second === undefined ? item : key);
      return this.list(node.body, item, inner);
    });
    return texts.join("");
  }

  #pipeline(pipeline: Pipeline, dot: Value, scope: Scope): Value {
    const value = this.#commands(pipeline, dot, scope);
    for (const name of pipeline.variables) {
      if (!pipeline.assigns) scope.declare(name, value);
      else this.#holder(name, pipeline.at, scope).set(name, value);
    }
    return value;
  }

  #commands(pipeline: Pipeline, dot: Value, scope: Scope): Value {
    let result: Value;
    for (const [index, command] of pipeline.commands.entries()) {
      result = this.#command(command, dot, scope, index === 0 ? [] : [result]);
    }
    return result;
  }

  #command({ operands: [first, ...rest], at }: Command, dot: Value, scope: Scope, piped: readonly Value[]): Value {
    const args = [
      ...rest.map((operand) => () => this.#operand(operand, dot, scope)),
      ...piped.map((value) => () => value),
    ];
    if (first.type === "function") return this.#call(first.name, args, first.at);
    if (first.type === "field") {
      const of = this.#operand(first.of, dot, scope);
      return this.#field(
        of,
        first.name,
        first.at,
        args.map((arg) => arg()),
      );
    }
    if (args.length > 0) throw this.#fault(at, "only a function or a method takes arguments");
    return this.#operand(first, dot, scope);
  }

  #operand(operand: Operand, dot: Value, scope: Scope): Value {
    switch (operand.type) {
      case "literal":
        return operand.value;
      case "dot":
        return dot;
      case "variable":
        return this.#holder(operand.name, operand.at, scope).get(operand.name);
      case "function":
        return this.#call(operand.name, [], operand.at);
      case "nested":
        return this.#pipeline(operand.pipeline, dot, scope);
      case "field":
        return this.#field(this.#operand(operand.of, dot, scope), operand.name, operand.at, []);
    }
  }

  #field(of: Value, name: string, at: number, args: readonly Value[]): Value {
    if (!isFields(of)) throw this.#fault(at, `.${name}: ${kindOf(of)} has no fields`);
    if (!Object.hasOwn(of, name)) throw this.#fault(at, `there is no field .${name}: there are ${namesOf(of)}`);
    const value = of[name];
    if (typeof value === "function") return this.#guarded(at, `.${name}`, () => value(...args));
    if (args.length > 0) throw this.#fault(at, `.${name} takes no arguments`);
    return value;
  }

  #call(name: string, args: readonly (() => Value)[], at: number): Value {
    const { functions } = this.#environment;
    const called = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (called === undefined) {
      throw this.#fault(at, `there is no function ${name}: there are ${Object.keys(functions).sort().join(", ")}`);
    }
    return this.#guarded(at, name, () => called(args));
  }

  #guarded(at: number, what: string, body: () => Value): Value {
    try {
      return body();
    } catch (error) {
      if (error instanceof ValueError) throw this.#fault(at, `${what}: ${error.message}`);
      throw error;
    }
  }

  #holder(name: string, at: number, scope: Scope): Map<string, Value> {
    const holder = scope.holder(name);
    if (holder === undefined) throw this.#fault(at, `there is no variable $${name}`);
    return holder;
  }

  #fault(at: number, message: string): TemplateError {
    return new TemplateError(this.#environment.template, at, message);
  }
}

const namesOf = (fields: Fields): string => {
  const names = Object.keys(fields);
  return names.length === 0 ? "none" : names.map((name) => `.${name}`).join(", ");
};

/** With their keys; nothing for what cannot be walked over. */
function itemsOf(value: Value): readonly (readonly [string | number, Value])[] | undefined {
  if (value === undefined || value === null) return [];
  if (isList(value)) return [...value.entries()];
  if (typeof value === "number")
    return Array.from({ length: Math.max(0, Math.trunc(value)) }, (_, index) => [index, index]);
  return isFields(value) ? entriesOf(value) : undefined;
}
