/** What a template works on: JSON, and methods that take arguments, such as `{{.Label "tier"}}`. */
export type Value = undefined | null | boolean | number | string | readonly Value[] | Fields;

export interface Fields {
  readonly [name: string]: Value | Method;
}

export type Method = (...args: readonly Value[]) => Value;

export const isFields = (value: Value): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Fields in the order in which Go walks a map, methods left out. */
export function entriesOf(fields: Fields): readonly (readonly [string, Value])[] {
  const names = Object.keys(fields).sort();
  return names.flatMap((name) => {
    const value = fields[name];
    return typeof value === "function" ? [] : [[name, value] as const];
  });
}

/** Go's idea of true: not the zero value, not empty. */
export function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 0;
  if (isFields(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** As Go's fmt prints it. What is not there is "<no value>" by itself and "<nil>" within something. */
export function textOf(value: Value): string {
  return value === undefined || value === null ? "<no value>" : inner(value);
}

function inner(value: Value): string {
  if (value === undefined || value === null) return "<nil>";
  if (isList(value)) return `[${value.map(inner).join(" ")}]`;
  if (isFields(value))
    return `map[${entriesOf(value)
      .map(([name, one]) => `${name}:${inner(one)}`)
      .join(" ")}]`;
  return String(value);
}

/** For messages: what kind of thing this is. */
export function kindOf(value: Value): string {
  if (value === undefined || value === null) return "nothing";
  if (isList(value)) return "a list";
  if (isFields(value)) return "an object";
  return `the ${typeof value} ${JSON.stringify(value)}`;
}
