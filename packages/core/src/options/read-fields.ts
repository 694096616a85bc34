import * as v from "valibot";

export type FieldSchema = v.GenericSchema<unknown, unknown>;
type Fields = Readonly<Record<string, FieldSchema>>;
type Values<F extends Fields> = { readonly [Name in keyof F]?: v.InferOutput<F[Name]> };

export interface ReadFields<F extends Fields> {
  /** The fields that are there and right. */
  readonly values: Values<F>;
  /** Everything that is wrong, each in words that start with the field's path. */
  readonly faults: readonly string[];
}

/**
 * Reads each field by itself, so that one wrong field does not hide what is wrong with the next. A field that is there
 * with the value undefined counts as absent.
 */
export function readFields<const F extends Fields>(input: unknown, fields: F): ReadFields<F> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return { values: {}, faults: ["it has to be an object with named options"] };
  }
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    const schema = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (schema === undefined) {
      faults.push(unknownOption(name, Object.keys(fields)));
      continue;
    }
    const result = v.safeParse(schema, value);
    if (result.success) values[name] = result.output;
    else faults.push(...result.issues.map((issue) => describeIssue(name, issue)));
  }
  // Each value came out of the schema of its own name.
  return { values: values as Values<F>, faults };
}

/** An object of which every unknown key is named, and not only the first one. */
export const strictFields = <const E extends v.ObjectEntries>(entries: E) =>
  v.objectWithRest(entries, v.never(`is unknown; known are ${Object.keys(entries).join(", ")}`), "has to be an object");

function unknownOption(name: string, known: readonly string[]): string {
  return `${name} is unknown; known are ${known.join(", ")}`;
}

/** Our schemas' messages are predicates: "has to be a text". */
function describeIssue(field: string, issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  const received = issue.expected === "never" ? "" : `, not ${issue.received}`;
  return `${field}${path} ${issue.message}${received}`;
}
