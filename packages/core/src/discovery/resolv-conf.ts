import { createHash } from "node:crypto";
import { type Address, readAddress } from "../address/address.ts";
import { isLoopback } from "../address/classify.ts";
import { formatAddress } from "../address/format-address.ts";
import type { DnsSettings } from "../model/sandbox.ts";
import { readNdots } from "./ndots.ts";

/** What resolv.conf(5) says. */
export interface ResolvConf {
  /** In order; a link-local one may have a zone ("fe80::1%eth0"). */
  readonly servers: readonly string[];
  readonly search: readonly string[];
  /** "ndots:2", "rotate", "edns0" */
  readonly options: readonly string[];
}

/** Reads a resolv.conf as the C library does: comments and what it does not know are passed over, the last search counts. */
export function parseResolvConf(text: string): ResolvConf {
  const servers: string[] = [];
  const options: string[] = [];
  let search: readonly string[] = [];
  for (const line of text.split(/\r?\n/)) {
    // A comment begins a line; what follows a value after a space is a habit, and no value either.
    const [keyword, ...values] = line
      .replace(/(^|\s)[#;].*$/s, "")
      .split(/\s+/)
      .filter((word) => word !== "");
    if (/^\s/.test(line) || keyword === undefined) continue;
    if (keyword === "nameserver") servers.push(...values.slice(0, 1).flatMap(canonicalServer));
    else if (keyword === "search") search = values;
    else if (keyword === "domain") search = values.slice(0, 1);
    else if (keyword === "options") options.push(...values);
  }
  return { servers, search, options };
}

const STUB = "127.0.0.53";
export const RESOLV_CONF = "/etc/resolv.conf";
export const SYSTEMD_RESOLV_CONF = "/run/systemd/resolve/resolv.conf";

/**
 * Which of the host's files has the servers that answer in other namespaces too, from what {@link RESOLV_CONF} says:
 * systemd-resolved's stub is on the host's loopback only, and hides the real servers.
 */
export function resolvConfPath({ servers }: ResolvConf): typeof RESOLV_CONF | typeof SYSTEMD_RESOLV_CONF {
  return servers.length === 1 && servers[0] === STUB ? SYSTEMD_RESOLV_CONF : RESOLV_CONF;
}

export interface SandboxResolvConf {
  /** Where the sandbox's own resolver listens: ["127.0.0.11"]. */
  readonly resolvers: readonly string[];
  /** The host's. */
  readonly host: ResolvConf;
  /** What the sandbox says instead. */
  readonly dns?: DnsSettings | undefined;
}

/** The file of a sandbox that has a resolver: every name goes there as it is, unless the user set ndots. */
export function renderResolvConf({ resolvers, host, dns = {} }: SandboxResolvConf): string {
  const { servers, search, options } = overridden(host, dns);
  const own = dns.servers !== undefined && dns.servers.length > 0;
  const kept = options.filter(isUsable);
  const all = kept.some(isNdots) ? kept : [...kept, "ndots:0"];
  const asked = servers.length === 0 ? "nobody" : servers.join(", ");
  return rendered({ servers: resolvers, search, options: all }, [
    `Other names are asked of ${asked}${servers.length > 0 ? `, from the ${own ? "sandbox" : "host"}` : ""}.`,
  ]);
}

export interface BridgeResolvConf extends Omit<SandboxResolvConf, "resolvers"> {
  /** Whether the sandbox has IPv6, and so reaches servers by it. */
  readonly ipv6: boolean;
}

/** Google's, as Docker has it, for hosts whose own servers answer on the host only. */
const FALLBACK = ["8.8.8.8", "8.8.4.4"];
const FALLBACK_IPV6 = ["2001:4860:4860::8888", "2001:4860:4860::8844"];

/**
 * The file of a sandbox without a resolver, on the predefined network: the host's servers, without those that a sandbox
 * cannot reach. What the user gave is kept as it is.
 */
export function renderBridgeResolvConf({ host, dns = {}, ipv6 }: BridgeResolvConf): string {
  const { servers, search, options } = overridden(host, dns);
  if (dns.servers !== undefined && dns.servers.length > 0) return rendered({ servers, search, options }, []);
  const reached = servers.filter((server) => isReached(server, ipv6));
  const fallback = ipv6 ? [...FALLBACK, ...FALLBACK_IPV6] : FALLBACK;
  const used = reached.length > 0 ? reached : fallback;
  const note = reached.length > 0 ? [] : ["The host names no server that answers here: these are public ones."];
  return rendered({ servers: used, search, options: options.filter(isUsable) }, note);
}

/** Of a rendered file. Where the file there has another one, somebody edited it: it is to be left alone. */
export const resolvConfHash = (text: string): string => createHash("sha256").update(text).digest("hex");

export const isEdited = (text: string, hash: string): boolean => resolvConfHash(text) !== hash;

/** Each part that the sandbox has takes the place of the host's. An empty list says nothing. */
function overridden(host: ResolvConf, dns: DnsSettings): ResolvConf {
  const either = (own: readonly string[] | undefined, other: readonly string[]) =>
    own === undefined || own.length === 0 ? other : own;
  return {
    servers: either(dns.servers, host.servers),
    search: either(dns.search, host.search).filter((domain) => domain !== "."),
    options: either(dns.options, host.options),
  };
}

const isNdots = (option: string): boolean => option === "ndots" || option.startsWith("ndots:");
const isUsable = (option: string): boolean => !isNdots(option) || readNdots([option]) !== undefined;

function isReached(server: string, ipv6: boolean): boolean {
  // A zone means a link of the host.
  const address = server.includes("%") ? undefined : readServer(server);
  return address !== undefined && !isLoopback(address) && (ipv6 || address.family === 4);
}

function canonicalServer(text: string): readonly string[] {
  const [plain = "", ...zone] = text.split("%");
  const address = readServer(plain);
  return address === undefined ? [] : [[formatAddress(address), ...zone].join("%")];
}

function readServer(text: string): Address | undefined {
  const address = readAddress(text);
  return typeof address === "string" ? undefined : address;
}

const HEADER = "Written by cnm. It can be edited, and stays as it is then.";

function rendered({ servers, search, options }: ResolvConf, notes: readonly string[]): string {
  const lines = [
    ...[HEADER, ...notes].map((line) => `# ${line}`),
    ...servers.map((server) => `nameserver ${server}`),
    ...(search.length === 0 ? [] : [`search ${search.join(" ")}`]),
    ...(options.length === 0 ? [] : [`options ${options.join(" ")}`]),
  ];
  return `${lines.join("\n")}\n`;
}
