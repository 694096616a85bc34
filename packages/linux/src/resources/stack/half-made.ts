import type { Link } from "../../route/link/link.ts";

/**
 * A link is made and then tagged. A process that dies in between leaves one with a name such as we give, and no tag: a veth
 * that is port of a bridge (whether of ours is for the caller to know), or a bridge that was never up.
 */
export function isHalfMade({ alias, kind, name, up, masterIndex }: Link): boolean {
  if (alias !== "") return false;
  if (kind === "veth") return masterIndex !== undefined && /^veth[0-9a-f]{7}$/.test(name);
  return kind === "bridge" && !up && /^br-[0-9a-f]{12}$/.test(name);
}
