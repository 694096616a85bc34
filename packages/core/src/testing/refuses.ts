import assert from "node:assert/strict";
import { CnmError, type ErrorKind } from "../errors/cnm-error.ts";

/** Resolves to the error that the attempt has to end with. */
export async function refuses(attempt: Promise<unknown>, kind: ErrorKind, code: string): Promise<CnmError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CnmError, `a CnmError ${kind} ${code} was due, not ${String(error)}`);
  assert.deepEqual([error.kind, error.code], [kind, code], error.message);
  return error;
}
