import { CnmError } from "@cnm/core";
import * as v from "valibot";
import { requireFeature, supports } from "../features.ts";
import type { HnsVersion } from "../hns-version.ts";
import { needOf, needsOfValue } from "./needs.ts";

const LEFT_OUT = Symbol("left out");

/**
 * The document as a host of this version gets it: hints that it does not know are left out. Pure.
 * Throws CnmError `unsupported` "hns-version" that names any other field, policy or value that the host does not know;
 * `invalid` "hcn-document" for a policy that cnm itself does not know.
 *
 * @param what Names the document in errors: "network web".
 */
export function fitDocument(what: string, schema: v.GenericSchema, document: unknown, version: HnsVersion): unknown {
  return fitValue(schema, document, { what, path: "", version });
}

interface Place {
  readonly what: string;
  readonly path: string;
  readonly version: HnsVersion;
}

function fitValue(schema: v.GenericSchema, value: unknown, place: Place): unknown {
  const need = needOf(schema);
  if (need?.hint === true && !supports(place.version, need.feature)) return LEFT_OUT;
  if (need !== undefined) requireFeature(place.version, need.feature, named(place));
  for (const { feature, what } of needsOfValue(schema, value)) {
    requireFeature(place.version, feature, `${named(place)} "${what}"`);
  }
  const { entries, item, wrapped, options } = schema as Shape;
  if (wrapped !== undefined) return fitValue(wrapped, value, place);
  if (options !== undefined && schema.type !== "picklist") return fitValue(choose(options, value, place), value, place);
  if (entries !== undefined) return fitFields(entries, value, place);
  if (item === undefined || !Array.isArray(value)) return value;
  return value.map((one, at) => fitValue(item, one, { ...place, path: `${place.path}[${at}]` }));
}

function fitFields(entries: Record<string, v.GenericSchema>, value: unknown, place: Place): unknown {
  const fields = Object.entries(value ?? {}).flatMap(([name, field]) => {
    const schema = entries[name];
    if (schema === undefined || field === undefined) return [];
    const fitted = fitValue(schema, field, { ...place, path: place.path === "" ? name : `${place.path}.${name}` });
    return fitted === LEFT_OUT ? [] : [[name, fitted]];
  });
  return Object.fromEntries(fields);
}

/** The first one that the value is of, whole. Policies that are only read are the last option, and loose. */
function choose(options: readonly v.GenericSchema[], value: unknown, place: Place): v.GenericSchema {
  const chosen = options.find((option) => v.is(option, value));
  if (chosen !== undefined && chosen.type !== "loose_object") return chosen;
  const message = `${named(place)}: cnm does not know how to send ${JSON.stringify(value)}`;
  throw new CnmError("invalid", "hcn-document", message);
}

/** What valibot's schemas are made of, as far as documents use them. */
interface Shape extends v.GenericSchema {
  readonly entries?: Record<string, v.GenericSchema>;
  readonly item?: v.GenericSchema;
  readonly wrapped?: v.GenericSchema;
  readonly options?: readonly v.GenericSchema[];
}

const named = ({ what, path }: Place): string => (path === "" ? what : `${path} of ${what}`);
