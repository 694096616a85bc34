import { evaluate } from "./evaluate.ts";
import { FUNCTIONS, HEADING_FUNCTIONS } from "./functions.ts";
import { parse } from "./parse.ts";
import type { Value } from "./value.ts";

/** The part of Go's text/template that Docker's `--format` is used with. */
export interface Template {
  /** Throws TemplateError, which names the place. */
  render(value: Value): string;
  /** With the columns' names for values: functions leave them alone. */
  renderHeading(names: Value): string;
}

/** Throws TemplateError, which names the place. */
export function compileTemplate(template: string): Template {
  const nodes = parse(template);
  return {
    render: (value) => evaluate(nodes, value, { template, functions: FUNCTIONS }),
    renderHeading: (names) => evaluate(nodes, names, { template, functions: HEADING_FUNCTIONS }),
  };
}
