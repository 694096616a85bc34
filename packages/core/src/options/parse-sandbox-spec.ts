import * as v from "valibot";
import { readAddress } from "../address/address.ts";
import { formatAddress } from "../address/format-address.ts";
import { invalidOptions } from "../errors/cnm-error.ts";
import { readExtraHost } from "./read-extra-host.ts";
import { readFields, strictFields } from "./read-fields.ts";
import type { SandboxSpec } from "./sandbox-spec.ts";
import { domain, isDomain, name, text, textMap, texts } from "./schemas.ts";

/** Linux takes no longer one (HOST_NAME_MAX). */
const LONGEST_HOST_NAME = 64;

const resolverOption = v.pipe(
  text,
  v.regex(/^(?!ndots$)[a-z0-9-]+(:\d+)?$/, "has to be an option of resolv.conf, such as ndots:1"),
);

const address = v.pipe(
  text,
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const read = readAddress(dataset.value);
    if (typeof read !== "string") return formatAddress(read);
    addIssue({ message: `has to be an address (${read})` });
    return NEVER;
  }),
);

const domainOrNone = v.pipe(
  text,
  v.check((given) => given === "." || isDomain(given), 'has to be a domain, or "." for none at all'),
);

const FIELDS = {
  name,
  netns: v.pipe(text, v.minLength(1, "has to be a path")),
  host: v.boolean("has to be true or false"),
  hostname: v.pipe(domain, v.maxLength(LONGEST_HOST_NAME, `has to be at most ${LONGEST_HOST_NAME} characters long`)),
  domainname: domain,
  dns: strictFields({
    servers: v.exactOptional(v.array(address, "has to be a list of addresses")),
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
  if (dns?.search !== undefined && dns.search.length > 1 && dns.search.includes(".")) {
    faults.push('dns.search has "." for no domain at all, and others beside it');
  }
  if (others.host === true && others.netns !== undefined) {
    faults.push("host and netns: a sandbox is in the host's own stack, or in another namespace");
  }
  for (const name of others.host === true ? Object.keys(others.sysctls ?? {}) : []) {
    faults.push(`sysctls: ${name} is not allowed in the host's own stack, whose settings are the host's`);
  }
  const parsed = {
    ...others,
    ...(dns === undefined ? {} : { dns }),
    ...(extraHosts === undefined ? {} : { extraHosts: readExtraHosts(extraHosts, faults) }),
  };
  const absent = given === undefined && !faults.some((fault) => fault.startsWith("name ")) ? ["name is missing"] : [];
  if (given === undefined || faults.length > 0) throw invalidOptions("sandbox", [...faults, ...absent]);
  return { ...parsed, name: given };
}

function readExtraHosts(given: readonly string[], faults: string[]): readonly string[] {
  return given.flatMap((line, at) => {
    const read = readExtraHost(line);
    if (typeof read !== "string") return [`${read.name}:${read.address}`];
    faults.push(`extraHosts[${at}] ${JSON.stringify(line)} ${read}`);
    return [];
  });
}
