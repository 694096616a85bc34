import * as v from "valibot";
import { readAddress } from "../address/address.ts";
import { formatAddress } from "../address/format-address.ts";
import type { HealthCheck, HealthTest } from "../model/health-check.ts";
import type { HealthSpec } from "./health-spec.ts";
import { strictFields } from "./read-fields.ts";
import { integer, text, texts } from "./schemas.ts";

/** A day and a bit more than timers can wait for, in seconds. */
const LONGEST = 2_073_600;
const SHORTEST = 0.001;

const seconds = (least: number) => {
  const message = `has to be from ${least} to ${LONGEST} seconds`;
  return v.pipe(v.number(message), v.minValue(least, message), v.maxValue(LONGEST, message));
};

const RETRIES = "has to be from 1 to 10000";

/** The shape of {@link HealthSpec}. */
export const healthFields = strictFields({
  tcp: v.exactOptional(v.union([v.number(), v.string()], "has to be a port, or a text such as 127.0.0.1:80")),
  http: v.exactOptional(text),
  exec: v.exactOptional(texts),
  interval: v.exactOptional(seconds(SHORTEST)),
  timeout: v.exactOptional(seconds(SHORTEST)),
  retries: v.exactOptional(v.pipe(integer, v.minValue(1, RETRIES), v.maxValue(10_000, RETRIES))),
  startPeriod: v.exactOptional(seconds(0)),
  startInterval: v.exactOptional(seconds(SHORTEST)),
});

/** What the spec says, without defaults. Faults begin with the option's path. */
export function readHealth(spec: HealthSpec, faults: string[]): Partial<HealthCheck> {
  const { tcp, http, exec, ...times } = spec;
  const kinds = Object.entries({ tcp, http, exec }).filter(([, value]) => value !== undefined);
  if (kinds.length > 1) {
    faults.push(`health has ${kinds.map(([kind]) => kind).join(" and ")}: one test is possible`);
    return times;
  }
  const test = readTest({ tcp, http, exec });
  if (typeof test === "string") faults.push(test);
  return typeof test === "object" ? { test, ...times } : times;
}

/** The spec that says the same. */
export function healthSpecOf({ test, ...times }: HealthCheck): HealthSpec {
  if (test.type === "exec") return { exec: test.command, ...times };
  const host = test.address?.includes(":") ? `[${test.address}]` : (test.address ?? "");
  if (test.type === "http") return { http: `http://${host}:${test.port}${test.path}`, ...times };
  return { tcp: host === "" ? test.port : `${host}:${test.port}`, ...times };
}

interface Tests {
  readonly tcp: number | string | undefined;
  readonly http: string | undefined;
  readonly exec: readonly string[] | undefined;
}

/** Undefined: there is none. A text: what is wrong with it. */
function readTest({ tcp, http, exec }: Tests): HealthTest | string | undefined {
  if (tcp !== undefined) return readTcp(tcp);
  if (http !== undefined) return readHttp(http);
  if (exec === undefined) return undefined;
  if (exec.length === 0 || exec[0] === "") return "health.exec has to name a program";
  if (exec.some((word) => word.includes("\0"))) return "health.exec has a NUL character";
  return { type: "exec", command: exec };
}

const PLACE = /^(?<host>\[[^\]]*\]|[^:[\]/]*):(?<port>\d{1,5})$/;
const URL_PARTS = /^http:\/\/(?<host>\[[^\]]*\]|[^:[\]/?#]*)(?::(?<port>\d{1,5}))?(?<path>[/?][!-~]*)?$/;

function readTcp(given: number | string): HealthTest | string {
  const shown = JSON.stringify(given);
  const parts = PLACE.exec(/^\d+$/.test(String(given)) ? `:${given}` : String(given))?.groups;
  if (parts === undefined) return `health.tcp has to be a port, or such as 127.0.0.1:80, not ${shown}`;
  const place = readPlace(parts["host"] ?? "", parts["port"] ?? "");
  return typeof place === "string" ? `health.tcp ${shown}: ${place}` : { type: "tcp", ...place };
}

function readHttp(given: string): HealthTest | string {
  const shown = JSON.stringify(given);
  const parts = URL_PARTS.exec(given)?.groups;
  if (parts === undefined) return `health.http has to be such as http://:8080/health, not ${shown}`;
  const place = readPlace(parts["host"] ?? "", parts["port"] ?? "80");
  if (typeof place === "string") return `health.http ${shown}: ${place}`;
  const path = parts["path"] ?? "/";
  return { type: "http", ...place, path: path.startsWith("?") ? `/${path}` : path };
}

function readPlace(host: string, port: string): { readonly port: number; readonly address?: string } | string {
  const number = Number(port);
  if (number < 1 || number > 65_535) return "the port has to be from 1 to 65535";
  if (host === "") return { port: number };
  if (host === "localhost") return { port: number, address: host };
  const address = readAddress(host.replace(/^\[|\]$/g, ""));
  if (typeof address !== "string") return { port: number, address: formatAddress(address) };
  return `the host has to be an address or localhost: names may lead elsewhere`;
}
