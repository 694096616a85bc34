import type { CnmError, EndpointDraft, HostLink, Network, NetworkDraft } from "@cnm/core";
import { endpointFaults } from "../endpoint-options.ts";
import { draftFaults, parentClash, parentFaults } from "../on-parent/parent-faults.ts";
import { readIpvlanOptions } from "./ipvlan-options.ts";

/** Everything that is wrong with an ipvlan network as it was asked for. */
export const networkFaults = (network: NetworkDraft): readonly string[] => [
  ...readIpvlanOptions(network.options).faults,
  ...draftFaults(network),
];

export const hostFaults = (network: NetworkDraft, links: readonly HostLink[]): readonly string[] =>
  parentFaults(readIpvlanOptions(network.options).options, links);

/** All ipvlans of a parent have one mode, so it is one network's. */
export const networkClash = (network: Network, others: readonly Network[]): CnmError | undefined =>
  parentClash(network, others, (other) =>
    other.driver === network.driver
      ? "a parent carries one ipvlan network"
      : `one link carries either ipvlans or ${other.driver}s`,
  );

export const ipvlanEndpointFaults = (draft: EndpointDraft): readonly string[] => [
  ...endpointFaults(draft),
  ...(draft.ports.length === 0 ? [] : ["ports: ipvlan driver does not support port mappings"]),
  ...(draft.macAddress === undefined ? [] : ["mac: ipvlan interfaces do not support custom MAC addresses"]),
];
