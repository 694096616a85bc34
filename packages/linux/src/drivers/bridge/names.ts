import type { EndpointId, Network } from "@cnm/core";
import type { BridgeOptions } from "./bridge-options.ts";

/** Names are derived from ids, so that they are known without looking. */
export const bridgeName = (network: Pick<Network, "id">, { bridgeName: chosen }: BridgeOptions): string =>
  chosen ?? `br-${network.id.slice(0, 12)}`;

/** The host's end of an endpoint's veth pair. */
export const vethName = (id: EndpointId): string => `veth${id.slice(0, 7)}`;

/** A bridge without an address of its own takes that of a port, and changes it as ports come and go: neighbours notice. */
export function bridgeMac(network: Pick<Network, "id">): string {
  const digits = network.id.slice(0, 10).match(/../g) ?? [];
  return ["02", ...digits].join(":");
}

/** Of a network's segment: its namespace and its bridge, and the pair that joins it to the first one: the end here, the end there. */
export function segmentNames(
  { id }: Pick<Network, "id">,
  segment: number,
): { readonly namespace: string; readonly bridge: string; readonly uplink: string; readonly port: string } {
  const short = `${id.slice(0, 8)}.${segment}`;
  return {
    namespace: `${id.slice(0, 12)}.${segment}`,
    bridge: `br-${short}`,
    uplink: `up-${short}`,
    port: `sg-${short}`,
  };
}

export function segmentMac({ id }: Pick<Network, "id">, segment: number): string {
  const digits = `${id.slice(0, 6)}${segment.toString(16).padStart(4, "0")}`.match(/../g) ?? [];
  return ["06", ...digits].join(":");
}
