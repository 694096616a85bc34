import { comparisons } from "./comparisons.ts";
import { format, print } from "./print.ts";
import { ValueError } from "./template-error.ts";
import { isFields, isList, isTrue, kindOf, type Value } from "./value.ts";

/** Arguments are evaluated when they are asked for: `and` and `or` stop early. */
export type Functions = Readonly<Record<string, (args: readonly (() => Value)[]) => Value>>;

type Eager = (...args: readonly Value[]) => Value;

/** Go's own functions, and those that Docker adds to them. */
export const FUNCTIONS: Functions = {
  and: (args) => firstThat(args, (value) => !isTrue(value)),
  or: (args) => firstThat(args, isTrue),
  ...eager({
    ...comparisons,
    not: (value) => !isTrue(value),
    len: (value) => lengthOf(value),
    index: (value, ...keys) => keys.reduce(item, value),
    slice,
    print: (...values) => print(values, false),
    println: (...values) => `${print(values, true)}\n`,
    printf: (pattern, ...values) => format(text(pattern), values),
    json: (value) => json(value),
    join: (values, separator) => texts(values).join(text(separator)),
    split: (value, separator) => text(value).split(text(separator)),
    lower: (value) => text(value).toLowerCase(),
    upper: (value) => text(value).toUpperCase(),
    title: (value) =>
      text(value).replace(/(^|[^\p{L}\p{Nd}_'])(\p{L})/gu, (_, before, letter) => before + letter.toUpperCase()),
    pad: (value, before, after) =>
      text(value) === "" ? "" : `${" ".repeat(number(before))}${text(value)}${" ".repeat(number(after))}`,
    truncate: (value, length) => [...text(value)].slice(0, number(length)).join(""),
  }),
};

/** For a table's heading: what would change a value leaves a column's name as it is. */
export const HEADING_FUNCTIONS: Functions = {
  ...FUNCTIONS,
  ...Object.fromEntries(
    ["json", "join", "split", "lower", "upper", "title", "truncate"].map((name) => [
      name,
      (args: readonly (() => Value)[]) => args[0]?.(),
    ]),
  ),
};

function eager(functions: Readonly<Record<string, Eager>>): Functions {
  return Object.fromEntries(
    Object.entries(functions).map(([name, called]) => [
      name,
      (args: readonly (() => Value)[]) => {
        const least = called.length;
        if (args.length < least) throw new ValueError(`it needs ${least} arguments and has ${args.length}`);
        return called(...args.map((arg) => arg()));
      },
    ]),
  );
}

function firstThat(args: readonly (() => Value)[], decides: (value: Value) => boolean): Value {
  if (args.length === 0) throw new ValueError("it needs an argument");
  let value: Value;
  for (const arg of args) {
    value = arg();
    if (decides(value)) break;
  }
  return value;
}

/** What is not in an object is "", as in a map of strings: labels, options. */
function item(value: Value, key: Value): Value {
  if (isList(value)) {
    const at = number(key);
    if (at < 0 || at >= value.length) throw new ValueError(`${at} is out of range: there are ${value.length}`);
    return value[at];
  }
  if (isFields(value)) {
    const found = Object.hasOwn(value, text(key)) ? value[text(key)] : "";
    return typeof found === "function" ? found() : found;
  }
  if (value === undefined || value === null) return "";
  throw new ValueError(`${kindOf(value)} has no items`);
}

function slice(value: Value, from: Value = 0, to?: Value): Value {
  const length = lengthOf(value);
  const [start, end] = [number(from), to === undefined ? length : number(to)];
  if (start < 0 || end > length || start > end)
    throw new ValueError(`${start} to ${end} is out of range: there are ${length}`);
  if (isList(value)) return value.slice(start, end);
  return Buffer.from(text(value)).subarray(start, end).toString();
}

/** Go counts a string's bytes. */
function lengthOf(value: Value): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (isList(value)) return value.length;
  if (isFields(value)) return Object.keys(value).length;
  throw new ValueError(`${kindOf(value)} has no length`);
}

export const json = (value: Value): string => JSON.stringify(value) ?? "null";

function text(value: Value): string {
  if (typeof value === "string") return value;
  throw new ValueError(`${kindOf(value)} is no string`);
}

function texts(value: Value): readonly string[] {
  if (value === undefined || value === null) return [];
  if (isList(value)) return value.map(text);
  throw new ValueError(`${kindOf(value)} is no list of strings`);
}

function number(value: Value): number {
  if (typeof value === "number") return value;
  throw new ValueError(`${kindOf(value)} is no number`);
}
