import type { NetlinkSocket } from "../netlink/socket.ts";
import type { HandlerChange } from "../resources/handler.ts";
import type { LinuxResource } from "../resources/resource.ts";

/** A namespace by its path; undefined: the host's. */
export type Place = string | undefined;

/** Sockets of one family in whatever namespace. */
export interface PlaceSockets {
  /**
   * Works with a socket in the namespace; visits to one queue. Where there is none (any more) nothing is done, unless it is
   * needed: then it throws CnmError `not-found`.
   */
  visit<T>(place: Place, work: (socket: NetlinkSocket) => Promise<T>, needed?: boolean): Promise<T | undefined>;
  /** Whether cnm made the namespace, so that whatever is in it of our sort is ours. */
  isOwn(place: Place): boolean;
  /** Everywhere where something of ours may be: the host, sandboxes of our own, and what these resources name. */
  places(known: readonly { readonly netns?: string }[], namespaces?: readonly string[]): Promise<readonly Place[]>;
}

/** A change, namespace by namespace. */
export function byPlace<R extends LinuxResource & { readonly netns?: string }>({
  remove,
  add,
}: HandlerChange<R>): ReadonlyMap<Place, HandlerChange<R>> {
  const parts = new Map<Place, { remove: R[]; add: R[] }>();
  const partOf = ({ netns }: R) => {
    const part = parts.get(netns) ?? { remove: [], add: [] };
    parts.set(netns, part);
    return part;
  };
  for (const resource of remove) partOf(resource).remove.push(resource);
  for (const resource of add) partOf(resource).add.push(resource);
  return parts;
}
