import { CnmError } from "@cnm/core";

/** Tells programs which error it is, where Docker's form has no place for that. */
export const ERROR_CODE_HEADER = "cnm-error-code";

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Docker's form; for our own routes with what a client needs to make the same error of it. */
  readonly body: { readonly message: string; readonly code?: string; readonly faults?: readonly string[] };
  /** It is our fault, and belongs in the log. */
  readonly unexpected: boolean;
}

export function errorAnswer(error: unknown, own: boolean): ErrorAnswer {
  if (error instanceof CnmError) {
    const { status, code, message, faults } = error;
    const more = own ? { code, faults } : {};
    const headers = { [ERROR_CODE_HEADER]: code };
    return { status, headers, body: { message, ...more }, unexpected: status === 500 };
  }
  const message = error instanceof Error ? error.message : String(error);
  const status = statusOf(error);
  return { status, headers: {}, body: { message }, unexpected: status >= 500 };
}

/** The HTTP library's own errors carry a status: a body that is too long, a path that is no text. */
function statusOf(error: unknown): number {
  const status = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" && status >= 400 && status < 600 ? status : 500;
}
