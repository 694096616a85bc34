/** What went wrong, in the terms of a caller. Each kind is one HTTP status. */
export type ErrorKind = "invalid" | "forbidden" | "not-found" | "conflict" | "internal" | "unsupported" | "unavailable";

const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  internal: 500,
  unsupported: 501,
  unavailable: 503,
};

export interface CnmErrorOptions {
  /** The error below this one. Wrapped, never swallowed. */
  readonly cause?: unknown;
  /** Every single fault, where one error reports several (option parsing). */
  readonly faults?: readonly string[];
}

/**
 * The one error type that crosses the public API.
 *
 * `message` names the culprit (which network, process, route or option) and what to do about it; `code` is stable and
 * meant for programs ("address-in-use", "unknown-option"…); `status` is the HTTP status of the kind.
 */
export class CnmError extends Error {
  override readonly name: string = "CnmError";
  readonly kind: ErrorKind;
  readonly code: string;
  readonly faults: readonly string[];

  constructor(kind: ErrorKind, code: string, message: string, options: CnmErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.faults = options.faults ?? [];
  }

  get status(): number {
    return STATUS[this.kind];
  }
}

/** One error for all faults found in one input, so that a caller mends them in one round. */
export function invalidOptions(what: string, faults: readonly string[]): CnmError {
  return new CnmError("invalid", "invalid-options", `${what}: ${faults.join("; ")}`, { faults });
}
