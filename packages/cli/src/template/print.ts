import { ValueError } from "./template-error.ts";
import { textOf, type Value } from "./value.ts";

/** Go's Sprint: blanks only between two values of which neither is a string. Sprintln: between all. */
export function print(values: readonly Value[], always: boolean): string {
  return values
    .map((value, index) => {
      const before = values[index - 1];
      const apart = index > 0 && (always || (typeof value !== "string" && typeof before !== "string"));
      return (apart ? " " : "") + text(value);
    })
    .join("");
}

const VERB = /%(-)?(0)?(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

/** Go's Sprintf with the verbs %v %s %q %d %x %t %f, a width, and `-` or `0` before it. */
export function format(pattern: string, values: readonly Value[]): string {
  let next = 0;
  const result = pattern.replace(VERB, (_, left, zero, width, precision, verb: string) => {
    if (verb === "%") return "%";
    if (next >= values.length) throw new ValueError(`${JSON.stringify(pattern)} has more verbs than there are values`);
    const formatted = one(verb, values[next++], precision === undefined ? undefined : Number(precision));
    const columns = Number(width ?? 0);
    return left === "-" ? formatted.padEnd(columns) : formatted.padStart(columns, zero ?? " ");
  });
  if (next < values.length) throw new ValueError(`${JSON.stringify(pattern)} has fewer verbs than there are values`);
  return result;
}

function one(verb: string, value: Value, precision: number | undefined): string {
  switch (verb) {
    case "v":
      return text(value);
    case "s":
      return [...text(value)].slice(0, precision).join("");
    case "q":
      return JSON.stringify(text(value));
    case "t":
      if (typeof value === "boolean") return String(value);
      break;
    case "d":
      if (typeof value === "number") return String(Math.trunc(value));
      break;
    case "f":
      if (typeof value === "number") return value.toFixed(precision ?? 6);
      break;
    case "x":
      return typeof value === "number" ? value.toString(16) : Buffer.from(text(value)).toString("hex");
  }
  throw new ValueError(`%${verb} does not print ${text(value)}`);
}

const text = (value: Value): string => (value === undefined || value === null ? "<nil>" : textOf(value));
