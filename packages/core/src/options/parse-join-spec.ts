import * as v from "valibot";
import { readAddress } from "../address/address.ts";
import { isLinkLocal } from "../address/classify.ts";
import { formatAddress } from "../address/format-address.ts";
import { formatMac, readMac } from "../address/mac.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { HealthCheckChange } from "../model/health-check.ts";
import type { Family } from "../model/network.ts";
import type { ExposedPort, PortRequest } from "../model/port.ts";
import { parsePortSpec } from "../ports/parse-port-spec.ts";
import type { HealthSpec } from "./health-spec.ts";
import { ANNOUNCE_COUNT, ANNOUNCE_INTERVAL, ENDPOINT_INTERFACE, ENDPOINT_MAC, ENDPOINT_SYSCTLS } from "./labels.ts";
import { healthFields, readHealth } from "./parse-health-spec.ts";
import { readFields, strictFields } from "./read-fields.ts";
import { integer, name, names, text, textMap, texts } from "./schemas.ts";

/** A join spec with its defaults. What Docker has an option for stands in `options` under that name. */
export interface JoinRequest {
  readonly name: string | undefined;
  readonly aliases: readonly string[];
  readonly ports: readonly PortRequest[];
  readonly exposed: readonly ExposedPort[];
  readonly addresses: readonly AddressWish[];
  readonly macAddress: string | undefined;
  readonly interfaceName: string | undefined;
  readonly gatewayPriority: number;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly service: string | undefined;
  readonly weight: number;
  readonly healthCheck: HealthCheckChange | undefined;
}

export interface AddressWish {
  readonly family: Family;
  /** Canonical, without a prefix length. */
  readonly address: string;
  readonly linkLocal: boolean;
}

const protocol = v.picklist(["tcp", "udp", "sctp"], "has to be tcp, udp or sctp");
const port = v.pipe(
  integer,
  v.minValue(1, "has to be from 1 to 65535"),
  v.maxValue(65535, "has to be from 1 to 65535"),
);

const portFields = strictFields({
  protocol,
  hostAddress: v.exactOptional(text),
  hostPorts: v.exactOptional(strictFields({ first: port, last: port })),
  targetPort: port,
});
const exposedFields = strictFields({ protocol, port });

const WEIGHTS = "has to be from 1 to 65535";

const FIELDS = {
  name,
  aliases: names,
  ports: v.array(
    v.lazy((input) => (typeof input === "string" ? text : portFields)),
    "has to be a list of ports",
  ),
  exposed: v.array(
    v.lazy((input) => (typeof input === "string" ? text : exposedFields)),
    "has to be a list of ports",
  ),
  addresses: texts,
  mac: text,
  interfaceName: v.pipe(text, v.regex(/^[^\s/]+$/, "has to be a name without spaces and slashes")),
  gatewayPriority: integer,
  options: textMap,
  labels: textMap,
  service: name,
  health: v.lazy((input) => (input === false ? v.literal(false) : healthFields)),
  weight: v.pipe(integer, v.minValue(1, WEIGHTS), v.maxValue(65535, WEIGHTS)),
  sysctls: textMap,
  announce: strictFields({ count: v.exactOptional(integer), intervalMs: v.exactOptional(integer) }),
};

type Options = Readonly<Record<string, string>>;
type Announcements = { readonly count?: number; readonly intervalMs?: number };
type OptionFields = { readonly sysctls?: Options; readonly announce?: Announcements };

const NONE: Options = {};

/** Reads what a user gave. It throws nothing: the faults are told together with the driver's. */
export function parseJoinSpec(input: unknown): { readonly request: JoinRequest; readonly faults: readonly string[] } {
  const { values, faults: shapeFaults } = readFields(input, FIELDS);
  const faults = [...shapeFaults];
  const options = values.options ?? NONE;
  const mac = either("mac", values.mac, ENDPOINT_MAC, options, faults);
  const macAddress = mac === undefined ? undefined : readMacOption(mac, faults);
  const interfaceName = either("interfaceName", values.interfaceName, ENDPOINT_INTERFACE, options, faults);
  const request: JoinRequest = {
    name: values.name,
    aliases: values.aliases === undefined ? [] : [...new Set(values.aliases)],
    ports: (values.ports ?? []).flatMap((given, index) => readPort(given, `ports[${index}]`, faults)),
    exposed: (values.exposed ?? []).flatMap((given, index) => readExposed(given, `exposed[${index}]`, faults)),
    addresses: readAddresses(values.addresses ?? [], faults),
    macAddress,
    interfaceName,
    gatewayPriority: values.gatewayPriority ?? 0,
    options: optionsOf(options, values, faults),
    labels: values.labels ?? {},
    service: values.service,
    weight: values.weight ?? 1,
    healthCheck: values.health === undefined ? undefined : readChange(values.health, faults),
  };
  if (values.health !== undefined && values.service === undefined) faults.push("health is for tasks of a service");
  if (values.weight !== undefined && values.service === undefined) faults.push("weight is for tasks of a service");
  return { request, faults };
}

const readChange = (health: HealthSpec | false, faults: string[]): HealthCheckChange =>
  health === false ? "none" : readHealth(health, faults);

function either(
  field: string,
  value: string | undefined,
  option: string,
  options: Options,
  faults: string[],
): string | undefined {
  const optionValue = options[option];
  if (value !== undefined && optionValue !== undefined && value !== optionValue) {
    faults.push(`${field} is ${value}, but options.${option} is ${optionValue}`);
  }
  return value ?? optionValue;
}

function readMacOption(given: string, faults: string[]): string | undefined {
  const bytes = readMac(given);
  if (typeof bytes !== "string") return formatMac(bytes);
  faults.push(`mac ${JSON.stringify(given)} is no MAC address for an interface: ${bytes}`);
  return undefined;
}

function readPort(given: string | PortRequest, path: string, faults: string[]): readonly PortRequest[] {
  if (typeof given === "string") return fromText(given, path, faults);
  const { hostAddress, hostPorts } = given;
  if (hostPorts !== undefined && hostPorts.last < hostPorts.first) {
    faults.push(`${path}.hostPorts ${hostPorts.first}-${hostPorts.last} ends before it begins`);
  }
  if (hostAddress === undefined) return [given];
  const address = readAddress(hostAddress);
  if (typeof address !== "string") return [{ ...given, hostAddress: formatAddress(address) }];
  faults.push(`${path}.hostAddress ${JSON.stringify(hostAddress)} is no address: ${address}`);
  return [];
}

function readExposed(given: string | ExposedPort, path: string, faults: string[]): readonly ExposedPort[] {
  if (typeof given !== "string") return [given];
  if (given.includes(":")) {
    faults.push(`${path} ${JSON.stringify(given)} has a host's side, which an exposed port has not`);
    return [];
  }
  return fromText(given, path, faults).map((read) => ({ protocol: read.protocol, port: read.targetPort }));
}

function fromText(given: string, path: string, faults: string[]): readonly PortRequest[] {
  try {
    return parsePortSpec(given);
  } catch (error) {
    if (!(error instanceof CnmError)) throw error;
    faults.push(...error.faults.map((fault) => `${path} ${JSON.stringify(given)}: ${fault}`));
    return [];
  }
}

function readAddresses(given: readonly string[], faults: string[]): readonly AddressWish[] {
  const wishes = given.flatMap((givenText, index): readonly AddressWish[] => {
    const address = readAddress(givenText);
    if (typeof address !== "string") {
      return [{ family: address.family, address: formatAddress(address), linkLocal: isLinkLocal(address) }];
    }
    faults.push(`addresses[${index}] ${JSON.stringify(givenText)} is no address: ${address}`);
    return [];
  });
  if (wishes.length < 2) return wishes;
  for (const family of [4, 6]) {
    const several = wishes.filter((wish) => wish.family === family && !wish.linkLocal).map(({ address }) => address);
    if (several.length > 1) faults.push(`addresses: ${several.join(" and ")} are both IPv${family}; one is possible`);
  }
  return wishes;
}

/** What is left to drivers: options that have no field of their own in a join, and fields that are options to drivers. */
function optionsOf(given: Options, { sysctls, announce }: OptionFields, faults: string[]): Options {
  if (given === NONE && sysctls === undefined && announce === undefined) return given;
  const { [ENDPOINT_MAC]: _mac, [ENDPOINT_INTERFACE]: _interface, ...options } = given;
  return {
    ...options,
    ...(sysctls === undefined ? {} : sysctlOption(sysctls, options, faults)),
    ...(announce === undefined ? {} : announceOptions(announce)),
  };
}

function sysctlOption(sysctls: Options, options: Options, faults: string[]): Options {
  if (options[ENDPOINT_SYSCTLS] !== undefined) faults.push(`sysctls and options.${ENDPOINT_SYSCTLS} are both there`);
  const entries = Object.entries(sysctls);
  for (const [key, value] of entries) {
    if (/[,=]/.test(key) || value.includes(",")) faults.push(`sysctls.${key} must have no commas`);
  }
  return { [ENDPOINT_SYSCTLS]: entries.map(([key, value]) => `${key}=${value}`).join(",") };
}

function announceOptions({ count, intervalMs }: Announcements): Options {
  return {
    ...(count === undefined ? {} : { [ANNOUNCE_COUNT]: String(count) }),
    ...(intervalMs === undefined ? {} : { [ANNOUNCE_INTERVAL]: String(intervalMs) }),
  };
}
