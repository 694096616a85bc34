import * as v from "valibot";
import type { Library } from "../../ffi/library.ts";
import type { VMCOMPUTE } from "../../ffi/vmcompute.ts";
import { HcnError } from "../hcn-error.ts";
import { E_FAIL } from "../hresults.ts";
import { parseJson } from "../schema/read-document.ts";
import { failureOf } from "./failure-of.ts";

const response = v.looseObject({
  Success: v.boolean(),
  Error: v.optional(v.string()),
  ErrorCode: v.optional(v.number()),
  Output: v.optional(v.unknown()),
});

/** A GET of HNS's first API: the output. Throws HcnError. */
export async function getFromHns(library: Library<typeof VMCOMPUTE>, path: string): Promise<unknown> {
  const operation = `HNSCall GET ${path}`;
  const { result, back } = await library.function("HNSCall").async("GET", path, "");
  const [text] = back;
  const failure = failureOf(result, null);
  if (failure !== undefined) throw new HcnError({ operation, ...failure, ...(text === null ? {} : { record: text }) });
  const answer = v.safeParse(response, parseJson(operation, text ?? ""));
  if (!answer.success) throw new HcnError({ operation, hresult: E_FAIL, record: text ?? "" });
  const { Success, ErrorCode, Output } = answer.output;
  // It may call itself a success and say otherwise in the text.
  if (!Success) throw new HcnError({ operation, hresult: (ErrorCode ?? E_FAIL) >>> 0, record: text ?? "" });
  return Output;
}
