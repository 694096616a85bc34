import type { OwnerRef } from "./owner.ts";

/**
 * One host object as plain data: a link, an address, a set element, an HNS endpoint. JSON all through, so that it can be
 * stored, compared and printed. `kind` decides which further fields there are; a platform defines its own kinds.
 *
 * Two resources with the same `key` are the same host object; if their other fields differ, it has to change.
 */
export interface Resource {
  readonly kind: string;
  /** Unique among all resources of a host, derived from what names the object there. */
  readonly key: string;
  readonly owner: OwnerRef;
  /** Needed by several owners (the firewall's table, forwarding): made for the first and removed after the last. */
  readonly shared?: boolean;
}

/**
 * A step from one state of the host to another. A key in both lists is a change of one object in place: `remove` holds
 * what it was, `add` what it shall be.
 */
export interface Change<R extends Resource = Resource> {
  readonly remove: readonly R[];
  readonly add: readonly R[];
}
