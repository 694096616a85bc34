import { CnmError } from "@cnm/core";
import * as v from "valibot";

const NO_GUID = "00000000-0000-0000-0000-000000000000";

/**
 * What HNS answered, as the document that the schema describes. Throws CnmError `internal` "hcn-document" that names
 * the field which is not what it should be.
 */
export function readDocument<const S extends v.GenericSchema>(
  what: string,
  schema: S,
  json: string,
  aliases: Readonly<Record<string, string>> = {},
): v.InferOutput<S> {
  const result = v.safeParse(schema, renamed(withoutBlanks(parseJson(what, json)), aliases));
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? "the whole";
  throw new CnmError(
    "internal",
    "hcn-document",
    `${what}: HNS answered with a document whose ${path} ${issue.message}`,
  );
}

export function parseJson(what: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new CnmError("internal", "hcn-document", `${what}: HNS answered with something that is no JSON`, { cause });
  }
}

function renamed(document: unknown, aliases: Readonly<Record<string, string>>): unknown {
  if (typeof document !== "object" || document === null || Object.keys(aliases).length === 0) return document;
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [aliases[name] ?? name, value]));
}

/** HNS leaves out what is not there, or writes it as null, as an empty text, or as a GUID of zeros. */
function withoutBlanks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutBlanks);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== null && field !== "" && field !== NO_GUID);
  return Object.fromEntries(entries.map(([name, field]) => [name, withoutBlanks(field)]));
}
