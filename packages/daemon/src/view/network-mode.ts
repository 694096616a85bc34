import type { Member } from "./model.ts";

/** The network that a sandbox joined first. */
export function networkMode(members: readonly Member[]): string {
  return members[0]?.network.name ?? "none";
}
