import { ValueError } from "./template-error.ts";
import { isFields, isList, kindOf, type Value } from "./value.ts";

/** Go's, with its rule that unlike kinds are not compared. */
export const comparisons = {
  eq: (first: Value, second: Value, ...more: readonly Value[]): boolean =>
    [second, ...more].some((one) => equal(first, one)),
  ne: (first: Value, second: Value): boolean => !equal(first, second),
  lt: (first: Value, second: Value): boolean => order(first, second) < 0,
  le: (first: Value, second: Value): boolean => order(first, second) <= 0,
  gt: (first: Value, second: Value): boolean => order(first, second) > 0,
  ge: (first: Value, second: Value): boolean => order(first, second) >= 0,
};

function equal(first: Value, second: Value): boolean {
  const nothing = (value: Value): boolean => value === undefined || value === null;
  if (nothing(first) || nothing(second)) return nothing(first) && nothing(second);
  if (isList(first) || isFields(first) || typeof first !== typeof second) throw incomparable(first, second);
  return first === second;
}

function order(first: Value, second: Value): number {
  if (typeof first === "number" && typeof second === "number") return first - second;
  if (typeof first === "string" && typeof second === "string") {
    return Buffer.compare(Buffer.from(first), Buffer.from(second));
  }
  throw incomparable(first, second);
}

const incomparable = (first: Value, second: Value): ValueError =>
  new ValueError(`cannot compare ${kindOf(first)} with ${kindOf(second)}`);
