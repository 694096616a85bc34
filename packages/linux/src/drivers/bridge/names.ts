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
