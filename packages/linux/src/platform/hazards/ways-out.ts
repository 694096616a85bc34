import type { OwnerRef } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";

/** A sandbox's default route: through which bridge of the host it leads. */
export interface WayOut {
  readonly family: 4 | 6;
  readonly bridge: string;
}

/** Networks to whom nothing leads out (internal ones, those without endpoints) have no default routes. */
export function waysOut(wanted: readonly LinuxResource[]): readonly WayOut[] {
  const bridges = new Map(pairs(wanted).map(({ master, peer }) => [`${peer.netns} ${peer.name}`, master]));
  return wanted.flatMap((resource) => {
    if (resource.kind !== "route" || !resource.destination.endsWith("/0")) return [];
    const bridge = bridges.get(`${resource.netns ?? ""} ${resource.link}`);
    return bridge === undefined ? [] : [{ family: resource.destination.includes(":") ? 6 : 4, bridge } as const];
  });
}

/** A sandbox's interface, and the bridge with whose help it talks to the host. */
interface Attachment {
  readonly owner: OwnerRef;
  readonly master: string;
  readonly peer: { readonly netns: string; readonly name: string };
}

/** By veth pairs. Of a network of several bridges it is the first one, whichever they are ports of. */
export function pairs(wanted: readonly LinuxResource[]): readonly Attachment[] {
  const links = wanted.filter((resource) => resource.kind === "link");
  const behind = new Map(links.map(({ master, peer }) => [peer?.master, master]));
  return links.flatMap(({ owner, master, peer }) => {
    if (master === undefined || peer === undefined || peer.master !== undefined) return [];
    const { netns, name } = peer;
    return [{ owner, master: behind.get(master) ?? master, peer: { netns, name } }];
  });
}
