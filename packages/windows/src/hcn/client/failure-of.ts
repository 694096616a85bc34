import { E_FAIL } from "../hresults.ts";

export interface Failure {
  /** Unsigned. */
  readonly hresult: number;
  readonly record?: string;
}

/** What went wrong by a call's result and error record. A record is a failure even where the result claims success. */
export function failureOf(result: number, record: string | null | undefined): Failure | undefined {
  const failed = result >= 0x80000000;
  if (record === null || record === undefined || record === "") return failed ? { hresult: result } : undefined;
  return { hresult: failed ? result : codeIn(record), record };
}

function codeIn(record: string): number {
  try {
    const parsed: unknown = JSON.parse(record);
    if (typeof parsed === "object" && parsed !== null && "ErrorCode" in parsed) {
      const code = Number(parsed.ErrorCode) >>> 0;
      if (code >= 0x80000000) return code;
    }
  } catch {
    // Whatever it is: it is no success.
  }
  return E_FAIL;
}
