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

/** dev_valid_name() of the kernel, and its IFNAMSIZ. */
export const isLinkName = (name: string): boolean => /^(?!\.{1,2}$)[^\s/:]{1,15}$/.test(name);

/** Every namespace has loopback; the others are what settings of all links at once are called. */
const TAKEN: ReadonlySet<string> = new Set(["lo", "all", "default"]);

/** What a new link may be called. */
export const isNewLinkName = (name: string): boolean => isLinkName(name) && !TAKEN.has(name);
