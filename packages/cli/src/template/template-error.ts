import { UsageError } from "../errors.ts";

/** A fault of a template, with the place: line and column, both from 1. */
export class TemplateError extends UsageError {
  constructor(text: string, offset: number, message: string) {
    super(`template:${place(text, offset)}: ${message}`);
  }
}

function place(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

/** A fault found while evaluating something; whoever knows where that is in the template adds the place. */
export class ValueError extends Error {}
