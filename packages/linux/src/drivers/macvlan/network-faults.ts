import { CnmError, type Endpoint, type EndpointDraft, type HostLink, type Network, type NetworkDraft } from "@cnm/core";
import { endpointFaults } from "../endpoint-options.ts";
import * as labels from "../labels.ts";
import { draftFaults, parentClash, parentFaults } from "../on-parent/parent-faults.ts";
import { type MacvlanOptions, readMacvlanOptions } from "./macvlan-options.ts";

/** Everything that is wrong with a macvlan network as it was asked for. */
export function networkFaults(network: NetworkDraft): readonly string[] {
  const { options, faults } = readMacvlanOptions(network.options);
  return [
    ...faults,
    ...draftFaults(network),
    ...(options.mode === "passthru" && options.parent === undefined
      ? [`option ${labels.MACVLAN_MODE}: passthru hands a parent on, so it needs the option ${labels.PARENT}`]
      : []),
    ...(options.hostAccess ? hostAccessFaults(network, options) : []),
  ];
}

function hostAccessFaults({ ipam }: NetworkDraft, { mode }: MacvlanOptions): readonly string[] {
  return [
    ...(mode === "bridge" ? [] : [`option ${labels.HOST_ACCESS}: in ${mode} mode nobody on the host reaches another`]),
    ...(ipam.driver === "null"
      ? [`option ${labels.HOST_ACCESS}: needs addresses, and the null IPAM driver gives none`]
      : []),
  ];
}

export const hostFaults = (network: NetworkDraft, links: readonly HostLink[]): readonly string[] =>
  parentFaults(readMacvlanOptions(network.options).options, links);

/** Several networks may share a parent, but for passthru. */
export function networkClash(network: Network, others: readonly Network[]): CnmError | undefined {
  const { mode } = readMacvlanOptions(network.options).options;
  return parentClash(network, others, (other) => {
    if (other.driver !== network.driver) return `one link carries either macvlans or ${other.driver}s`;
    const isAlone = mode === "passthru" || readMacvlanOptions(other.options).options.mode === "passthru";
    return isAlone ? "passthru takes the parent alone" : undefined;
  });
}

export function macvlanEndpointFaults(draft: EndpointDraft, network: Network): readonly string[] {
  const { mode } = readMacvlanOptions(network.options).options;
  return [
    ...endpointFaults(draft),
    ...(draft.ports.length === 0 ? [] : ["ports: macvlan driver does not support port mappings"]),
    ...(draft.macAddress !== undefined && mode === "passthru"
      ? ["mac: in passthru mode an endpoint has the parent's MAC address"]
      : []),
  ];
}

/** In passthru mode the parent carries one endpoint. */
export function endpointClash(
  { id, name }: Endpoint,
  network: Network,
  others: readonly Endpoint[],
): CnmError | undefined {
  if (readMacvlanOptions(network.options).options.mode !== "passthru") return undefined;
  const other = others.find((one) => one.id !== id);
  if (other === undefined) return undefined;
  const message = `network ${network.name} hands its parent on to one endpoint only (macvlan_mode=passthru), and ${other.name} has it: ${name} cannot`;
  return new CnmError("forbidden", "parent-in-use", message);
}
