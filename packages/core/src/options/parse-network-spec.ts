import * as v from "valibot";
import type { Family } from "../model/network.ts";
import { ENABLE_IPV4, ENABLE_IPV6 } from "./labels.ts";
import { readBoolean } from "./read-boolean.ts";
import { readFields, strictFields } from "./read-fields.ts";
import { readSubnet, type SubnetRequest, subnetClashes } from "./read-subnet.ts";
import { flag, name, text, textMap } from "./schemas.ts";

/** A network spec with its defaults, and with a pool for each family that is on. */
export interface NetworkRequest {
  readonly name: string;
  readonly driver: string;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly ipam: {
    /** Absent: the network driver says. */
    readonly driver?: string;
    readonly options: Readonly<Record<string, string>>;
    readonly pools: readonly PoolWish[];
  };
}

/** A subnet that was named, or any of this family. */
export type PoolWish = SubnetRequest | { readonly family: Family; readonly subnet?: never };

export interface NetworkDefaults {
  readonly driver: string;
  /** Options of networks of a driver that are not given: { bridge: { "com.docker.network.driver.mtu": "1400" } }. */
  readonly options: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Parsed<T> {
  readonly request: T;
  readonly faults: readonly string[];
  /** Whether `request` is what was asked for, but for faults that it does not show: a driver may be asked about it. */
  readonly sound: boolean;
}

const subnet = v.lazy((input) =>
  typeof input === "string"
    ? v.pipe(
        text,
        v.transform((given): SubnetFields => ({ subnet: given })),
      )
    : subnetFields,
);

const subnetFields = strictFields({
  subnet: text,
  ipRange: v.exactOptional(text),
  gateway: v.exactOptional(text),
  auxAddresses: v.exactOptional(textMap),
});

type SubnetFields = {
  readonly subnet: string;
  readonly ipRange?: string;
  readonly gateway?: string;
  readonly auxAddresses?: Readonly<Record<string, string>>;
};

const FIELDS = {
  name,
  driver: name,
  ipv4: flag,
  ipv6: flag,
  internal: flag,
  attachable: flag,
  labels: textMap,
  options: textMap,
  ipam: strictFields({
    driver: v.exactOptional(name),
    options: v.exactOptional(textMap),
    subnets: v.exactOptional(v.array(subnet, "has to be a list of subnets")),
  }),
};

/** Reads what a user gave. It throws nothing: the faults are told together with the driver's. */
export function parseNetworkSpec(input: unknown, defaults: NetworkDefaults): Parsed<NetworkRequest> {
  const { values, faults: shapeFaults } = readFields(input, FIELDS);
  const faults = [...shapeFaults];
  if (values.name === undefined && !mentions(faults, "name")) faults.push("name is missing");

  const driver = values.driver ?? defaults.driver;
  const options = { ...defaults.options[driver], ...values.options };
  const subnets = (values.ipam?.subnets ?? []).flatMap((given, index) => {
    const read = readSubnet(given, `ipam.subnets[${index}]`);
    if (Array.isArray(read)) faults.push(...read);
    return Array.isArray(read) ? [] : [read];
  });
  faults.push(...subnetClashes(subnets));

  const has = (family: Family) => subnets.some((other) => other.family === family);
  const ipv4 = values.ipv4 ?? readBoolean(options, ENABLE_IPV4, faults) ?? true;
  const ipv6 = values.ipv6 ?? readBoolean(options, ENABLE_IPV6, faults) ?? has(6);
  const on = (family: Family) => (family === 4 ? ipv4 : ipv6);
  for (const { family, subnet: prefix } of subnets) {
    if (!on(family)) faults.push(`subnet ${prefix} is an IPv${family} one, but IPv${family} is off`);
  }
  const families: readonly Family[] = [4, 6];
  const missing = families.filter((family) => on(family) && !has(family)).map((family) => ({ family }));

  const request: NetworkRequest = {
    name: values.name ?? "",
    driver,
    ipv4,
    ipv6,
    internal: values.internal ?? false,
    attachable: values.attachable ?? false,
    labels: values.labels ?? {},
    options,
    ipam: {
      ...(values.ipam?.driver === undefined ? {} : { driver: values.ipam.driver }),
      options: values.ipam?.options ?? {},
      pools: [...subnets, ...missing],
    },
  };
  const decisive = ["driver", "ipv4", "ipv6", "internal", "options", "ipam", "subnet"];
  return { request, faults, sound: !decisive.some((field) => mentions(faults, field)) };
}

const mentions = (faults: readonly string[], field: string): boolean =>
  faults.some((fault) => fault.startsWith(field) && !/^\w/.test(fault.slice(field.length)));
