import { CnmError, type HealthCheck, type HealthSpec } from "@cnm/core";
import * as v from "valibot";
import { maybe, some, texts, whole } from "../route/schemas.ts";

/**
 * Docker's health check: times in nanoseconds, 0 and absent mean the default. Of tests, Docker has `["CMD", …]`,
 * `["CMD-SHELL", "…"]` and `["NONE"]`; cnm has `["TCP", "80"]` and `["HTTP", "http://:8080/health"]` besides.
 */
export const healthcheckBody = v.object({
  Test: maybe(texts),
  Interval: maybe(whole),
  Timeout: maybe(whole),
  StartPeriod: maybe(whole),
  StartInterval: maybe(whole),
  Retries: maybe(whole),
});

export type HealthcheckBody = v.InferOutput<typeof healthcheckBody>;

const SHELL = ["/bin/sh", "-c"];
const NANOSECONDS = 1e9;

/** Undefined: nothing is said. False: no test. @throws CnmError `invalid` "bad-healthcheck" for a test of no known kind */
export function readHealthcheck(body: HealthcheckBody | null | undefined): HealthSpec | false | undefined {
  if (body === null || body === undefined) return undefined;
  const [kind, ...words] = body.Test ?? [];
  if (kind === "NONE") return false;
  const spec = {
    ...testOf(kind, words),
    ...some("interval", seconds(body.Interval)),
    ...some("timeout", seconds(body.Timeout)),
    ...some("startPeriod", seconds(body.StartPeriod)),
    ...some("startInterval", seconds(body.StartInterval)),
    ...some("retries", body.Retries === 0 ? undefined : body.Retries),
  };
  return Object.keys(spec).length === 0 ? undefined : spec;
}

const seconds = (time: number | null | undefined): number | undefined =>
  time === null || time === undefined || time === 0 ? undefined : time / NANOSECONDS;

function testOf(kind: string | undefined, words: readonly string[]): HealthSpec {
  const [word = ""] = words;
  switch (kind) {
    case undefined:
    case "":
      return {};
    case "CMD":
      return { exec: words };
    case "CMD-SHELL":
      return { exec: [...SHELL, word] };
    case "TCP":
      return { tcp: word };
    case "HTTP":
      return { http: word };
  }
  const message = `Healthcheck.Test ${JSON.stringify(kind)} is unknown; known are CMD, CMD-SHELL, TCP, HTTP, NONE`;
  throw new CnmError("invalid", "bad-healthcheck", message);
}

/** The same, told. */
export function healthcheckJson({ test, ...times }: HealthCheck) {
  return {
    Test: testWords(test),
    Interval: times.interval * NANOSECONDS,
    Timeout: times.timeout * NANOSECONDS,
    ...(times.startPeriod === 0 ? {} : { StartPeriod: times.startPeriod * NANOSECONDS }),
    StartInterval: times.startInterval * NANOSECONDS,
    Retries: times.retries,
  };
}

function testWords(test: HealthCheck["test"]): readonly string[] {
  if (test.type === "exec") {
    const [program, option, script, ...more] = test.command;
    const shell = program === SHELL[0] && option === SHELL[1] && script !== undefined && more.length === 0;
    return shell ? ["CMD-SHELL", script] : ["CMD", ...test.command];
  }
  const host = test.address?.includes(":") ? `[${test.address}]` : (test.address ?? "");
  if (test.type === "http") return ["HTTP", `http://${host}:${test.port}${test.path}`];
  return ["TCP", host === "" ? String(test.port) : `${host}:${test.port}`];
}
