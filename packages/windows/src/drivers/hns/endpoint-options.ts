import { type EndpointDraft, type Network, readAddress } from "@cnm/core";
import * as labels from "../labels.ts";
import { isInPool } from "./mac.ts";
import type { HnsNetworkOptions } from "./network-options.ts";
import { OptionReader } from "./option-reader.ts";
import { portFaults } from "./port-faults.ts";
import type { HnsTraits } from "./traits.ts";

export interface HnsEndpointOptions {
  /** Bytes a second, one for each policy. */
  readonly maxEgress: readonly number[];
  readonly icc: boolean;
  readonly dns: boolean;
  readonly dnsServers: readonly string[];
}

export function readEndpointOptions(given: Readonly<Record<string, string>>): {
  readonly options: HnsEndpointOptions;
  readonly faults: readonly string[];
} {
  const reader = new OptionReader(given);
  const options: HnsEndpointOptions = {
    maxEgress: maxEgressOf(reader),
    icc: !(reader.boolean(labels.DISABLE_ICC) ?? false),
    dns: !(reader.boolean(labels.DISABLE_DNS) ?? false),
    dnsServers: reader.list(labels.ENDPOINT_DNS_SERVERS),
  };
  for (const server of options.dnsServers) {
    const read = readAddress(server);
    if (typeof read === "string") reader.fault(labels.ENDPOINT_DNS_SERVERS, read);
  }
  // Read elsewhere: they have fields of their own in a join.
  for (const label of [labels.ENDPOINT_IFNAME, labels.ENDPOINT_MAC]) reader.text(label);
  reader.unknown("an endpoint of a Windows network");
  return { options, faults: reader.faults };
}

/** Everything that is wrong with an endpoint as it was asked for. */
export function endpointFaults(
  { interfaceName, macAddress, options, ports }: EndpointDraft,
  { name }: Network,
  traits: HnsTraits,
  { macPool }: HnsNetworkOptions,
): readonly string[] {
  const outside = macAddress !== undefined && macPool.length > 0 && !isInPool(macPool, macAddress);
  return [
    ...(interfaceName === undefined
      ? []
      : [`interfaceName "${interfaceName}": HNS names interfaces itself, and offers no way to choose their names`]),
    ...(outside ? [`mac ${macAddress} is outside of the pool of network ${name} (option ${labels.MAC_POOL})`] : []),
    ...readEndpointOptions(options).faults,
    ...portFaults(ports, traits),
  ];
}

/** Docker's daemon sends `[{"MaxEgressBandwidth": 1000000}]`. */
function maxEgressOf(reader: OptionReader): readonly number[] {
  const text = reader.text(labels.QOS_POLICIES);
  if (text === undefined) return [];
  const policies = parseJson(text);
  const limits = Array.isArray(policies) ? policies.map(limitOf) : [undefined];
  if (limits.every((limit) => limit !== undefined)) return limits;
  const example = '[{"MaxEgressBandwidth":1000000}]';
  reader.fault(labels.QOS_POLICIES, `Invalid endpoint configuration: it has to be like ${example}, in bytes a second`);
  return [];
}

function limitOf(policy: unknown): number | undefined {
  if (typeof policy !== "object" || policy === null || !("MaxEgressBandwidth" in policy)) return undefined;
  const limit = policy.MaxEgressBandwidth;
  return typeof limit === "number" && Number.isSafeInteger(limit) && limit > 0 ? limit : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
