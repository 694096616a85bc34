import * as v from "valibot";

/** Go's clients send null for what is not there. */
export const maybe = <S extends v.GenericSchema>(schema: S) => v.nullish(schema);

export const text = v.string();
export const flag = v.boolean();
export const whole = v.pipe(v.number(), v.integer());
export const texts = v.array(text);
export const textMap = v.record(text, text);
/** An object of which only its reader knows what is in it. */
export const anything = v.record(text, v.unknown());

/** What is there of an optional value. */
export const given = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

/** The entry if it has a value: `{ ...some("name", value) }`. */
export function some<K extends string, T>(key: K, value: T | null | undefined): { readonly [P in K]?: T } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: T });
}
