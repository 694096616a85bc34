import type { Network } from "@cnm/core";

/** The parent of a network without one, as Docker calls it. */
export const dummyName = ({ id }: Pick<Network, "id">): string => `dm-${id.slice(0, 12)}`;

/** The host's own end on a network that it has access to. */
export const shimName = ({ id }: Pick<Network, "id">): string => `sh-${id.slice(0, 12)}`;

/** The same after each time that it is made: neighbours keep what they know of it. */
export function shimMac({ id }: Pick<Network, "id">): string {
  const digits = id.slice(12, 22).match(/../g) ?? [];
  return ["02", ...digits].join(":");
}
