import type { Network } from "@cnm/core";

/** The parent of a network without one, as Docker calls it. */
export const dummyName = ({ id }: Pick<Network, "id">): string => `di-${id.slice(0, 12)}`;
