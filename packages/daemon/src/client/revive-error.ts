import { CnmError, type ErrorKind } from "@cnm/core";

const KINDS: Readonly<Record<number, ErrorKind>> = {
  400: "invalid",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  501: "unsupported",
  503: "unavailable",
};

/** The error that the daemon had, as far as an answer can tell. */
export function reviveError(status: number, header: string | string[] | undefined, text: string): CnmError {
  const body = parse(text);
  const message = typeof body["message"] === "string" ? body["message"] : `the daemon answers with status ${status}`;
  const faults = Array.isArray(body["faults"]) ? body["faults"].filter((fault) => typeof fault === "string") : [];
  const code = typeof header === "string" ? header : `http-${status}`;
  const kind = KINDS[status] ?? (status < 500 ? "invalid" : "internal");
  return new CnmError(kind, code, message, { faults });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
