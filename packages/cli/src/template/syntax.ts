import type { Value } from "./value.ts";

/** What a template is parsed to. `at` is the offset in its text, for messages. */
export type Node = TextNode | OutputNode | ChoiceNode | RangeNode;

export interface TextNode {
  readonly type: "text";
  readonly text: string;
}

export interface OutputNode {
  readonly type: "output";
  readonly pipeline: Pipeline;
}

export interface ChoiceNode {
  readonly type: "if" | "with";
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

export interface RangeNode {
  readonly type: "range";
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

export interface Pipeline {
  /** `$x := …`, or `$x = …`; for a range also `$index, $element := …`. */
  readonly variables: readonly string[];
  readonly assigns: boolean;
  readonly commands: readonly Command[];
  readonly at: number;
}

/** A value, a function with its arguments, or a method with its arguments. */
export interface Command {
  readonly operands: readonly [Operand, ...Operand[]];
  readonly at: number;
}

export type Operand =
  | { readonly type: "literal"; readonly value: Value; readonly at: number }
  | { readonly type: "dot"; readonly at: number }
  | { readonly type: "variable"; readonly name: string; readonly at: number }
  | { readonly type: "function"; readonly name: string; readonly at: number }
  | { readonly type: "nested"; readonly pipeline: Pipeline; readonly at: number }
  | { readonly type: "field"; readonly of: Operand; readonly name: string; readonly at: number };
