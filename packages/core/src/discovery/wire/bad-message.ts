import { CnmError } from "../../errors/cnm-error.ts";

/** What all readers of DNS messages throw. */
export const badMessage = (why: string, cause?: unknown): CnmError =>
  new CnmError("invalid", "bad-dns-message", `this is no DNS message: ${why}`, { cause });
