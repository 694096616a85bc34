import * as v from "valibot";
import type { HnsFeature } from "../features.ts";
import { type Guid, guid, isGuid } from "../guid.ts";
import { valuesSince } from "./needs.ts";

/** What HNS documents are made of. HNS leaves out fields that have their default, and writes null for some. */
export const text = v.string("has to be a text");
export const flag = v.boolean("has to be true or false");
export const integer = v.pipe(v.number("has to be a whole number"), v.integer("has to be a whole number"));
export const count = v.pipe(integer, v.minValue(0, "has to be 0 or more"));

export const id = v.pipe(
  text,
  v.check(isGuid, "has to be a GUID"),
  v.transform((given): Guid => guid(given)),
);

export const optional = v.exactOptional;

export const list = <const S extends v.GenericSchema>(item: S) => v.array(item, "has to be a list");

/**
 * HNS takes and gives the name of a value, in any case, or its number. Here it is always the name.
 * @param newer Names that older hosts do not know.
 */
export function enumeration<const Names extends Readonly<Record<string, number>>>(
  names: Names,
  newer: { readonly [Name in keyof Names]?: HnsFeature } = {},
) {
  type Name = Extract<keyof Names, string>;
  const known = new Map<string | number, Name>();
  for (const [name, value] of Object.entries(names)) {
    known.set(value, name as Name);
    known.set(name.toLowerCase(), name as Name);
  }
  const find = (given: string | number) => known.get(typeof given === "string" ? given.toLowerCase() : given);
  const schema = v.pipe(
    v.union([v.string(), v.number()], "has to be a text or a number"),
    v.rawTransform(({ dataset, addIssue, NEVER }): Name => {
      const name = find(dataset.value);
      if (name !== undefined) return name;
      addIssue({ message: `has to be one of ${Object.keys(names).join(", ")}` });
      return NEVER;
    }),
  );
  const features: Readonly<Record<string, HnsFeature | undefined>> = newer;
  return valuesSince((value) => {
    const feature = features[String(value)];
    return feature === undefined ? [] : [{ feature, what: String(value) }];
  }, schema);
}

/**
 * A set of bits: HNS gives their sum, or their names with commas between them. Here it is always the sum.
 * @param newer Bits that older hosts do not know.
 */
export function flags<const Names extends Readonly<Record<string, number>>>(
  names: Names,
  newer: { readonly [Name in keyof Names]?: HnsFeature } = {},
) {
  const known = new Map(Object.entries(names).map(([name, value]) => [name.toLowerCase(), value]));
  known.set("none", 0);
  const schema = v.pipe(
    v.union([v.string(), v.number()], "has to be a text or a number"),
    v.rawTransform(({ dataset, addIssue, NEVER }): number => {
      if (typeof dataset.value === "number") return dataset.value;
      let sum = 0;
      for (const name of dataset.value.split(",")) {
        const value = known.get(name.trim().toLowerCase());
        if (value === undefined) {
          addIssue({ message: `has to be of ${Object.keys(names).join(", ")}` });
          return NEVER;
        }
        sum |= value;
      }
      return sum;
    }),
  );
  const features = Object.entries<HnsFeature | undefined>(newer);
  return valuesSince(
    (value) =>
      features.flatMap(([what, feature]) =>
        feature !== undefined && (Number(value) & (names[what] ?? 0)) !== 0 ? [{ feature, what }] : [],
      ),
    schema,
  );
}
