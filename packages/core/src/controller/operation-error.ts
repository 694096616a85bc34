import { CnmError } from "../errors/cnm-error.ts";

/**
 * The error of an operation: what was being done to what, and why it failed. It keeps kind and code of the error below,
 * so that a program sees "port-in-use" whatever the port was wanted for.
 */
export function operationError(doing: string, error: unknown, undoErrors: readonly unknown[] = []): CnmError {
  if (error instanceof FailedStep) return operationError(doing, error.failure, [...error.others, ...undoErrors]);
  const cause = undoErrors.length === 0 ? error : new AggregateError([error, ...undoErrors], "undoing failed as well");
  const more = undoErrors.map((undo) => `; undoing failed: ${reasonOf(undo)}`).join("");
  const message = `${doing}: ${reasonOf(error)}${more}`;
  if (error instanceof CnmError) {
    return new CnmError(error.kind, error.code, message, { cause, faults: error.faults });
  }
  if (isAbort(error)) return new CnmError("unavailable", "aborted", message, { cause });
  return new CnmError("internal", "operation-failed", message, { cause });
}

/** A step that failed, and what failed besides it and in undoing it. */
export class FailedStep extends Error {
  readonly failure: unknown;
  readonly others: readonly unknown[];

  constructor(failure: unknown, others: readonly unknown[]) {
    super(reasonOf(failure), { cause: failure });
    this.failure = failure;
    this.others = others;
  }
}

/** The error of a tear-down that went on after failures. */
export function severalErrors(doing: string, errors: readonly unknown[]): CnmError {
  const [only] = errors;
  if (errors.length === 1) return operationError(doing, only);
  const kind = errors.find((error) => error instanceof CnmError)?.kind ?? "internal";
  const reasons = errors.map(reasonOf).join("; ");
  return new CnmError(kind, "several-failures", `${doing}: ${reasons}`, { cause: new AggregateError(errors, reasons) });
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === "AbortError";
