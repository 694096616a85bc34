import assert from "node:assert/strict";
import type { ErrorKind } from "@cnm/core";
import { HcnError } from "../../hcn/hcn-error.ts";

/** Resolves to the error that HNS has to answer the attempt with. */
export async function fails(attempt: Promise<unknown>, kind: ErrorKind, hresult?: number): Promise<HcnError> {
  const error = await attempt.then(
    (value) => assert.fail(`a failure was due, not ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HcnError, `an HcnError was due, not ${String(error)}`);
  assert.equal(error.kind, kind, error.message);
  if (hresult !== undefined) assert.equal(error.hresult.toString(16), hresult.toString(16), error.message);
  return error;
}
