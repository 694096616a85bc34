import { resolve } from "node:path";
import { invalidOptions } from "@cnm/core";
import * as v from "valibot";
import type { DaemonOptions, DaemonSettings, HostPort, TcpSettings } from "./daemon-options.ts";
import { type DefaultPaths, defaultPaths, isPipe } from "./default-paths.ts";

const path = v.pipe(v.string("has to be a path"), v.nonEmpty("has to be a path"));

const FIELDS = v.strictObject({
  socket: v.optional(path),
  state: v.optional(path),
  run: v.optional(path),
  firewall: v.optional(
    v.picklist(["auto", "nftables", "iptables", "none"], "has to be auto, nftables, iptables or none"),
    "auto",
  ),
  tcp: v.optional(v.string("has to be HOST:PORT")),
  tlsCa: v.optional(path),
  tlsCert: v.optional(path),
  tlsKey: v.optional(path),
  metrics: v.optional(v.string("has to be HOST:PORT")),
  resolvConf: v.optional(path),
  logLevel: v.optional(
    v.picklist(["debug", "info", "warn", "error", "silent"], "has to be debug, info, warn, error or silent"),
    "info",
  ),
});

/** @throws CnmError `invalid` that lists every fault. */
export function parseDaemonOptions(given: DaemonOptions, paths: DefaultPaths = defaultPaths()): DaemonSettings {
  const result = v.safeParse(FIELDS, given);
  if (!result.success) throw invalidOptions("daemon", result.issues.map(faultOf));
  const { socket = paths.socket, state = paths.state, run = paths.run, resolvConf = paths.resolvConf } = result.output;
  const { firewall, metrics, logLevel, ...rest } = result.output;
  const faults: string[] = [];
  const tcp = readTcp(rest, faults);
  const metricsAt = metrics === undefined ? undefined : readHostPort("metrics", metrics, faults);
  if (faults.length > 0) throw invalidOptions("daemon", faults);
  return {
    socket: isPipe(socket) ? socket.replaceAll("/", "\\") : resolve(socket),
    state: resolve(state),
    run: resolve(run),
    firewall,
    ...(tcp === undefined ? {} : { tcp }),
    ...(metricsAt === undefined ? {} : { metrics: metricsAt }),
    ...(resolvConf === undefined ? {} : { resolvConf: resolve(resolvConf) }),
    logLevel,
  };
}

function faultOf(issue: v.BaseIssue<unknown>): string {
  const name = issue.path?.map(({ key }) => String(key)).join(".") ?? "options";
  return issue.expected === "never" ? `${name} is no option` : `${name} ${issue.message}`;
}

interface TcpOptions {
  readonly tcp?: string | undefined;
  readonly tlsCa?: string | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

/** Whoever reaches the API has the host: over TCP only those with a certificate. */
function readTcp({ tcp, tlsCa, tlsCert, tlsKey }: TcpOptions, faults: string[]): TcpSettings | undefined {
  const files = { "tls-ca": tlsCa, "tls-cert": tlsCert, "tls-key": tlsKey };
  const given = Object.entries(files).filter(([, file]) => file !== undefined);
  if (tcp === undefined) {
    if (given.length > 0) faults.push(`${given.map(([name]) => name).join(", ")} without tcp`);
    return undefined;
  }
  const at = readHostPort("tcp", tcp, faults);
  if (tlsCa === undefined || tlsCert === undefined || tlsKey === undefined) {
    const missing = Object.entries(files).filter(([, file]) => file === undefined);
    faults.push(`tcp needs certificates for both sides: ${missing.map(([name]) => name).join(", ")} missing`);
    return undefined;
  }
  return at === undefined ? undefined : { ...at, ca: resolve(tlsCa), cert: resolve(tlsCert), key: resolve(tlsKey) };
}

function readHostPort(name: string, text: string, faults: string[]): HostPort | undefined {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host !== undefined && port <= 65_535) return { host, port };
  faults.push(`${name} ${JSON.stringify(text)} has to be HOST:PORT, an IPv6 address in brackets`);
  return undefined;
}
