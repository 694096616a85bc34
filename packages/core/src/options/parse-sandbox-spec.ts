import * as v from "valibot";
import { readAddress } from "../address/address.ts";
import { formatAddress } from "../address/format-address.ts";
import { invalidOptions } from "../errors/cnm-error.ts";
import type { DnsSettings } from "../model/sandbox.ts";
import { readExtraHost } from "./read-extra-host.ts";
import { readFields, strictFields } from "./read-fields.ts";
import type { SandboxSpec } from "./sandbox-spec.ts";
import { domain, isDomain, name, text, textMap, texts } from "./schemas.ts";

/** Linux takes no longer one (HOST_NAME_MAX). */
const LONGEST_HOST_NAME = 64;

const resolverOption = v.pipe(
  text,
  v.regex(/^[a-z0-9-]+(:\d+)?$/, "has to be an option of resolv.conf, such as ndots:1"),
  v.regex(/^(?!ndots($|:\D|:$))/, "has to have a number, such as ndots:1"),
);

const domainOrNone = v.pipe(
  text,
  v.check((given) => given === "." || isDomain(given), 'has to be a domain, or "." for none at all'),
);

const FIELDS = {
  name,
  netns: v.pipe(text, v.minLength(1, "has to be a path")),
  hostname: v.pipe(domain, v.maxLength(LONGEST_HOST_NAME, `has to be at most ${LONGEST_HOST_NAME} characters long`)),
  domainname: domain,
  dns: strictFields({
    servers: v.exactOptional(texts),
    search: v.exactOptional(v.array(domainOrNone, "has to be a list of domains")),
    options: v.exactOptional(v.array(resolverOption, "has to be a list of texts")),
  }),
  extraHosts: texts,
  labels: textMap,
  sysctls: textMap,
};

/** @throws CnmError `invalid` "invalid-options" that names every fault. */
export function parseSandboxSpec(input: unknown): SandboxSpec {
  const { values, faults: shapeFaults } = readFields(input, FIELDS);
  const { name: given, dns, extraHosts, ...others } = values;
  const faults = [...shapeFaults];
  const parsed = {
    ...others,
    ...(dns === undefined ? {} : { dns: readDns(dns, faults) }),
    ...(extraHosts === undefined ? {} : { extraHosts: readExtraHosts(extraHosts, faults) }),
  };
  const absent = given === undefined && !faults.some((fault) => fault.startsWith("name ")) ? ["name is missing"] : [];
  if (given === undefined || faults.length > 0) throw invalidOptions("sandbox", [...faults, ...absent]);
  return { ...parsed, name: given };
}

function readDns(dns: DnsSettings, faults: string[]): DnsSettings {
  if (dns.search !== undefined && dns.search.length > 1 && dns.search.includes(".")) {
    faults.push('dns.search has "." for no domain at all, and others beside it');
  }
  if (dns.servers === undefined) return dns;
  const servers = dns.servers.flatMap((given, at) => {
    const address = readAddress(given);
    if (typeof address !== "string") return [formatAddress(address)];
    faults.push(`dns.servers[${at}] ${JSON.stringify(given)} is no address: ${address}`);
    return [];
  });
  return { ...dns, servers };
}

function readExtraHosts(given: readonly string[], faults: string[]): readonly string[] {
  return given.flatMap((line, at) => {
    const read = readExtraHost(line);
    if (typeof read !== "string") return [`${read.name}:${read.address}`];
    faults.push(`extraHosts[${at}] ${JSON.stringify(line)} ${read}`);
    return [];
  });
}
