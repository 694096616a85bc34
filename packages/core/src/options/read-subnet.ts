import { type Address, readAddress } from "../address/address.ts";
import { formatAddress } from "../address/format-address.ts";
import { contains, formatPrefix, overlaps, type Prefix, parsePrefix, readPrefix } from "../address/prefix.ts";
import type { Family } from "../model/network.ts";
import type { SubnetSpec } from "./network-spec.ts";

/** A subnet as a user named it, in canonical texts. */
export interface SubnetRequest {
  readonly family: Family;
  /** An unspecified address with a length ("0.0.0.0/26") asks for any subnet of that size. */
  readonly subnet: string;
  readonly ipRange?: string;
  readonly gateway?: string;
  readonly auxAddresses: Readonly<Record<string, string>>;
}

/** The subnet, or everything that is wrong with it. */
export function readSubnet(given: SubnetSpec, path: string): SubnetRequest | string[] {
  const subnet = readPrefix(given.subnet);
  if (typeof subnet === "string") return [`${path} ${JSON.stringify(given.subnet)} is no subnet: ${subnet}`];
  const faults: string[] = [];
  const ipRange = given.ipRange === undefined ? undefined : readRange(given.ipRange, subnet, path, faults);
  const inSubnet = (text: string, what: string) => readMember(text, subnet, `${path}.${what}`, faults);
  const gateway = given.gateway === undefined ? undefined : inSubnet(given.gateway, "gateway");
  const auxAddresses = Object.entries(given.auxAddresses ?? {}).map(
    ([name, text]) => [name, inSubnet(text, `auxAddresses.${name}`) ?? ""] as const,
  );
  if (faults.length > 0) return faults;
  return {
    family: subnet.family,
    subnet: formatPrefix(subnet),
    ...(ipRange === undefined ? {} : { ipRange }),
    ...(gateway === undefined ? {} : { gateway }),
    auxAddresses: Object.fromEntries(auxAddresses),
  };
}

/** Subnets of one network must not overlap each other either. */
export function subnetClashes(subnets: readonly SubnetRequest[]): readonly string[] {
  const named = subnets.map(({ subnet }) => parsePrefix(subnet)).filter((subnet) => !asksForAny(subnet));
  return named.flatMap((subnet, index) =>
    named
      .slice(0, index)
      .filter((other) => overlaps(other, subnet))
      .map((other) => `subnet ${formatPrefix(subnet)} overlaps ${formatPrefix(other)} of the same network`),
  );
}

function readRange(text: string, subnet: Prefix, path: string, faults: string[]): string | undefined {
  const range = readPrefix(text);
  if (typeof range === "string") faults.push(`${path}.ipRange ${JSON.stringify(text)} is no range: ${range}`);
  else if (asksForAny(subnet)) faults.push(`${path}.ipRange ${text} needs a subnet that is named`);
  else if (!contains(subnet, range)) faults.push(`${path}.ipRange ${text} is not in ${formatPrefix(subnet)}`);
  else return formatPrefix(range);
  return undefined;
}

function readMember(text: string, subnet: Prefix, path: string, faults: string[]): string | undefined {
  const address: Address | string = readAddress(text);
  if (typeof address === "string") faults.push(`${path} ${JSON.stringify(text)} is no address: ${address}`);
  else if (asksForAny(subnet)) faults.push(`${path} ${text} needs a subnet that is named`);
  else if (!contains(subnet, address)) faults.push(`${path} ${text} is not in ${formatPrefix(subnet)}`);
  else return formatAddress(address);
  return undefined;
}

const asksForAny = (subnet: Prefix): boolean => subnet.value === 0n;
