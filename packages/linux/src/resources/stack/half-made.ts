import type { Link } from "../../route/link/link.ts";

/** What macvlans and ipvlans are made in, which may have any name: "cnm". They leave it when they are tagged. */
export const UNTAGGED = 0x636e6d;

/**
 * A link is made and then tagged. A process that dies in between leaves one with a name such as we give, and no tag: a veth
 * that is port of a bridge (whether of ours is for the caller to know), or a bridge that was never up. Others are of the group that says so.
 */
export function isHalfMade({ alias, group, kind, name, up, masterIndex }: Link): boolean {
  if (alias !== "") return false;
  if (kind === "macvlan" || kind === "ipvlan") return group === UNTAGGED;
  if (kind === "veth") return masterIndex !== undefined && /^(?:veth[0-9a-f]{7}|sg-[0-9a-f]{8}\.\d+)$/.test(name);
  return kind === "bridge" && !up && /^br-(?:[0-9a-f]{12}|[0-9a-f]{8}\.\d+)$/.test(name);
}
