import { CnmError } from "./cnm-error.ts";

/** What {@link Platform.connect} throws: `why` is the name of the system's error, or a sentence. */
export function noConnection(
  { address, port }: { readonly address: string; readonly port: number },
  why: string,
  cause?: unknown,
): CnmError {
  const place = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  return new CnmError("unavailable", "no-connection", `no connection to ${place}: ${REASONS[why] ?? why}`, { cause });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there (ECONNREFUSED)",
  EHOSTUNREACH: "nobody has the address (EHOSTUNREACH)",
  ENETUNREACH: "no route leads there (ENETUNREACH)",
  EADDRNOTAVAIL: "the sandbox has no address for it (EADDRNOTAVAIL)",
  ETIMEDOUT: "nobody answers (ETIMEDOUT)",
};
