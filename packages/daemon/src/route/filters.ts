import { CnmError } from "@cnm/core";

/** What a list is narrowed to: key → values, any of which may match. */
export type Filters = ReadonlyMap<string, readonly string[]>;

/**
 * `{"driver":["bridge"]}`, or `{"driver":{"bridge":true}}` as Docker's older clients have it.
 * @param known The keys that there are; others are refused in Docker's words. Absent: all are taken.
 */
export function readFilters(text: string | undefined, known?: readonly string[]): Filters {
  if (text === undefined || text === "") return new Map();
  const filters = new Map(Object.entries(parse(text)).map(([key, values]) => [key, valuesOf(values)]));
  for (const key of filters.keys()) {
    if (known !== undefined && !known.includes(key)) throw invalid(`Invalid filter '${key}'`);
  }
  return filters;
}

/** Whether any of the values fits. No values: everything does. */
export const matches = (filters: Filters, key: string, fits: (value: string) => boolean): boolean =>
  filters.get(key)?.some(fits) ?? true;

/** Docker takes values for names and ids as regular expressions, and for texts where they are none. */
export function matchesPattern(filters: Filters, key: string, subject: string): boolean {
  return matches(filters, key, (value) => {
    if (value === subject) return true;
    try {
      return new RegExp(value).test(subject);
    } catch {
      return false;
    }
  });
}

/** "key" or "key=value"; every one has to fit. */
export function matchesLabels(filters: Filters, labels: Readonly<Record<string, string>>): boolean {
  return (filters.get("label") ?? []).every((value) => hasLabel(labels, value));
}

/** `label!`: none of them may fit. */
export function lacksLabels(filters: Filters, labels: Readonly<Record<string, string>>): boolean {
  return !(filters.get("label!") ?? []).some((value) => hasLabel(labels, value));
}

function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const at = wanted.indexOf("=");
  const key = at < 0 ? wanted : wanted.slice(0, at);
  return Object.hasOwn(labels, key) && (at < 0 || labels[key] === wanted.slice(at + 1));
}

/** One yes or no; undefined where nothing is said. */
export function readBooleanFilter(filters: Filters, key: string): boolean | undefined {
  const values = filters.get(key) ?? [];
  if (values.length === 0) return undefined;
  if (values.every((value) => value === "true" || value === "1")) return true;
  if (values.every((value) => value === "false" || value === "0")) return false;
  throw invalid(`invalid value for filter '${key}', must be "true" (or "1"), or "false" (or "0")`);
}

export const invalid = (message: string): CnmError => new CnmError("invalid", "invalid-filter", message);

function parse(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CnmError("invalid", "invalid-filter", `invalid filter: ${text} is no JSON`, { cause });
  }
  if (isRecord(value)) return value;
  throw invalid(`invalid filter: ${text} is no JSON object`);
}

function valuesOf(values: unknown): readonly string[] {
  if (Array.isArray(values) && values.every((value) => typeof value === "string")) return values;
  if (isRecord(values) && Object.values(values).every((value) => typeof value === "boolean")) {
    return Object.keys(values).filter((key) => values[key] === true);
  }
  throw invalid(`invalid filter: ${JSON.stringify(values)} has to be a list of texts`);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
