import { formatOwner, type OwnerRef } from "@cnm/core";
import type { NamespaceHandle } from "../../netns/namespace-pool.ts";
import { isIpvlanMode } from "../../route/link/kinds/ipvlan.ts";
import { isMacvlanMode } from "../../route/link/kinds/macvlan.ts";
import { type LinkChange, setLink } from "../../route/link/set-link.ts";
import type { LinkResource } from "../resource.ts";
import { EAFNOSUPPORT } from "./errno-numbers.ts";
import { masterIndex } from "./make-links.ts";
import { isInOtherStack, standsBadly } from "./make-standing.ts";
import type { Add, Operation } from "./operation.ts";
import type { Alteration } from "./stack-change.ts";
import type { Progress } from "./stack-context.ts";

/** Of a link that was there before. */
export function finishLink(link: LinkResource, done: Progress, add: Add): void {
  const { name, netns, adopt, owner, port, up, linkLocal } = link;
  const adopted = adopt === true && !done.add.includes(link);
  const tag = adopted ? {} : { alias: formatOwner(owner) };
  // Before it is up.
  if (linkLocal !== undefined) add(netns, true, () => linkLocalOperation(name, linkLocal));
  add(netns, true, () => ({
    request: setLink(name, {
      ...tag,
      ...(isInOtherStack(link) ? { group: 0 } : {}),
      ...(adopted && !up ? {} : { up }),
      ...(port === undefined ? {} : { port }),
    }),
    rescue: (error) => Promise.reject(standsBadly(link, error)),
  }));
}

/** Up last: a change of a link that is up makes IPv6 say its groups once more. */
export function finishPeer(owner: OwnerRef, peer: NonNullable<LinkResource["peer"]>, add: Add): void {
  const { netns, name, master, port, up, linkLocal } = peer;
  if (linkLocal !== undefined) add(netns, true, () => linkLocalOperation(name, linkLocal));
  // Flags of a port are applied before the rest of a request: it has to be a port already.
  if (master !== undefined) {
    add(netns, true, (handle) => ({ request: setLink(name, { masterIndex: masterIndex(handle, peer, master) }) }));
  }
  add(netns, true, () => ({ request: setLink(name, { alias: formatOwner(owner), port }) }));
  add(netns, true, () => ({ request: setLink(name, { up }) }));
}

/** Where there is no IPv6, there is nothing to be set. */
const linkLocalOperation = (name: string, linkLocal: boolean): Operation => ({
  request: setLink(name, { linkLocal }),
  fine: [EAFNOSUPPORT],
});

export function alterLink({ from, to }: Alteration<LinkResource>, done: Progress, add: Add): void {
  let noted = false;
  const note = (): void => {
    if (!noted) done.altered({ from, to });
    noted = true;
  };
  const change: LinkChange = {
    ...(to.adopt === true ? {} : { alias: formatOwner(to.owner) }),
    ...(from.up === to.up ? {} : { up: to.up }),
    ...(from.mtu === to.mtu || to.mtu === undefined ? {} : { mtu: to.mtu }),
    ...(from.mac === to.mac || to.mac === undefined ? {} : { mac: to.mac }),
    ...(to.port === undefined ? {} : { port: to.port }),
    ...modeChange(from, to),
  };
  if (from.master !== to.master) {
    add(to.netns, true, (handle) => ({
      request: setLink(to.name, { masterIndex: masterOf(handle, to) }),
      done: note,
    }));
  }
  add(to.netns, true, () => ({ request: setLink(to.name, change), done: note }));
  const { linkLocal } = to;
  if (linkLocal !== undefined && linkLocal !== from.linkLocal) {
    add(to.netns, true, () => linkLocalOperation(to.name, linkLocal));
  }
}

function modeChange(from: LinkResource, { type, mode, flag = "bridge" }: LinkResource): LinkChange {
  if (mode === undefined || (from.mode === mode && from.flag === flag)) return {};
  if (type === "macvlan" && isMacvlanMode(mode)) return { macvlan: mode };
  return type === "ipvlan" && isIpvlanMode(mode) ? { ipvlan: { mode, flag } } : {};
}

const masterOf = (handle: NamespaceHandle, link: LinkResource): number =>
  link.master === undefined ? 0 : masterIndex(handle, link, link.master);

export function alterPeer({ from, to }: Alteration<LinkResource>, add: Add): void {
  const [old, wanted] = [from.peer, to.peer];
  if (old === undefined || wanted === undefined) return;
  const { netns, name, master, port, linkLocal } = wanted;
  const change: LinkChange = {
    alias: formatOwner(to.owner),
    ...(old.up === wanted.up ? {} : { up: wanted.up }),
    ...(old.mtu === wanted.mtu || wanted.mtu === undefined ? {} : { mtu: wanted.mtu }),
    ...(old.mac === wanted.mac || wanted.mac === undefined ? {} : { mac: wanted.mac }),
    ...(port === undefined ? {} : { port }),
  };
  if (master !== undefined && old.master !== master) {
    add(netns, true, (handle) => ({ request: setLink(name, { masterIndex: masterIndex(handle, wanted, master) }) }));
  }
  if (linkLocal !== undefined && old.linkLocal !== linkLocal) {
    add(netns, true, () => linkLocalOperation(name, linkLocal));
  }
  add(netns, true, () => ({ request: setLink(name, change) }));
}
