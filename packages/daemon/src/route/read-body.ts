import { CnmError } from "@cnm/core";
import * as v from "valibot";
import type { BodySchema } from "./route.ts";

/** A body as its schema has it. Fields that the schema does not name are left out, as Docker ignores them. */
export function readBody(schema: BodySchema, text: string, optional: boolean): unknown {
  if (text.trim() === "" && !optional)
    throw new CnmError("invalid", "no-body", "invalid JSON: got EOF while reading request body");
  const result = v.safeParse(schema, text.trim() === "" ? {} : parseJson(text));
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => {
    const place = issue.path?.map(({ key }) => String(key)).join(".") ?? "the body";
    return `${place}: expected ${issue.expected ?? "something else"}, received ${issue.received}`;
  });
  throw new CnmError("invalid", "bad-body", `invalid JSON: ${faults.join("; ")}`, { faults });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CnmError("invalid", "bad-json", `invalid JSON: ${reason}`, { cause });
  }
}
