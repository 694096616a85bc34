/** What comes over the wire. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is there of the kind asked for; else the empty one of that kind. A daemon of another version may leave things out. */
export const objectAt = (from: Json | undefined, name: string): JsonObject => {
  const value = isObject(from) ? from[name] : undefined;
  return isObject(value) ? value : {};
};

export const listAt = (from: Json | undefined, name: string): readonly Json[] => {
  const value = isObject(from) ? from[name] : undefined;
  return Array.isArray(value) ? value : [];
};

export const textAt = (from: Json | undefined, name: string): string => {
  const value = isObject(from) ? from[name] : undefined;
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
};

export const numberAt = (from: Json | undefined, name: string): number | undefined => {
  const value = isObject(from) ? from[name] : undefined;
  return typeof value === "number" ? value : undefined;
};

export const flagAt = (from: Json | undefined, name: string): boolean => isObject(from) && from[name] === true;

export const textsAt = (from: Json | undefined, name: string): readonly string[] =>
  listAt(from, name).filter((value) => typeof value === "string");
