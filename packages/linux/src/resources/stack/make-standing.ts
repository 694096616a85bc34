import { CnmError, formatOwner } from "@cnm/core";
import type { Request } from "../../netlink/message.ts";
import type { NetlinkError, Outcome } from "../../netlink/netlink-error.ts";
import type { NamespaceHandle } from "../../netns/namespace-pool.ts";
import { createLink } from "../../route/link/create-link.ts";
import { isIpvlanMode } from "../../route/link/kinds/ipvlan.ts";
import { isMacvlanMode } from "../../route/link/kinds/macvlan.ts";
import type { LinkSpec } from "../../route/link/link-spec.ts";
import { setLinkAt } from "../../route/link/set-link.ts";
import type { LinkResource, ParentResource } from "../resource.ts";
import { EADDRINUSE, EBUSY, EINVAL, ENETDOWN } from "./errno-numbers.ts";
import { UNTAGGED } from "./half-made.ts";
import type { StackContext } from "./stack-context.ts";

/** VLANs, macvlans and ipvlans stand on a link of the host; a dummy is made as they are. */
export const isStanding = ({ type, parent }: LinkResource): boolean => parent !== undefined || type === "dummy";

/** Made from the host, into a sandbox. */
export const isInOtherStack = ({ netns, parent }: LinkResource): boolean => netns !== undefined && parent !== undefined;

/** An outcome for each. Those of the host are tagged in the same send, so that none is ever without its owner. */
export async function createStanding(
  { indexes, pool }: StackContext,
  handle: NamespaceHandle,
  links: readonly LinkResource[],
): Promise<readonly Outcome[]> {
  const { host } = pool;
  const outcomes = await host.route().execute(
    links.flatMap((link): readonly Request[] => {
      if (isInOtherStack(link)) {
        const place = { namespaceFd: handle.namespace.fd, group: UNTAGGED };
        return [createLink({ ...specOf(host, link), ...place })];
      }
      const index = indexes.next();
      const tag = setLinkAt(index, link.name, { alias: formatOwner(link.owner) });
      return [createLink({ ...specOf(host, link), index }), tag];
    }),
  );
  let at = 0;
  return links.map((link) => {
    const outcome = outcomes[at];
    at += isInOtherStack(link) ? 1 : 2;
    return outcome;
  });
}

function specOf(host: NamespaceHandle, link: LinkResource): LinkSpec {
  const { name, mac, mtu, type, parent, vlanId, mode, flag } = link;
  const base = { name, mac, mtu };
  if (type === "dummy" && parent === undefined) return { ...base, kind: "dummy" };
  const parentIndex = host.route().interfaceIndex(parent ?? "");
  if (parentIndex === undefined) throw noParent(link);
  const on = { ...base, parentIndex };
  if (type === "vlan" && vlanId !== undefined) return { ...on, kind: "vlan", vlanId };
  if (type === "macvlan" && mode !== undefined && isMacvlanMode(mode)) return { ...on, kind: "macvlan", mode };
  if (type === "ipvlan" && mode !== undefined && isIpvlanMode(mode)) {
    return { ...on, kind: "ipvlan", mode, ...(flag === undefined ? {} : { flag }) };
  }
  throw new CnmError("internal", "incomplete-plan", `${type} ${name} is planned without what it takes to make one`);
}

function noParent({ name, type, parent, netns }: LinkResource): CnmError {
  const message = `cannot make ${type} ${name}${place(netns)}: there is no link ${parent ?? "(none)"} on this host to make it on`;
  return new CnmError("not-found", "no-such-parent", message);
}

/** Links that somebody else made, and that have to be there. */
export function requireParents(host: NamespaceHandle, parents: readonly ParentResource[]): void {
  for (const { name } of parents) {
    if (host.route().interfaceIndex(name) !== undefined) continue;
    throw new CnmError("not-found", "no-such-parent", `there is no link ${name} on this host: networks are on it`);
  }
}

/** What the kernel's refusal means for a link on a parent; others stay as they are. */
export function standsBadly(link: LinkResource, cause: NetlinkError): Error {
  const { name, type, parent, mode, mtu, netns, mac } = link;
  if (parent === undefined) return cause;
  const what = `cannot make ${type} ${name}${place(netns)}`;
  const error = (code: string, why: string) => new CnmError("conflict", code, `${what}: ${why}`, { cause });
  if (cause.errno === ENETDOWN) return error("parent-down", `${parent}, which it is on, is down; set it up first`);
  if (cause.errno === EBUSY) {
    const others = type === "ipvlan" ? "macvlans" : "ipvlans";
    return error("parent-in-use", `${parent} is a port of a bridge or bond, or carries ${others}`);
  }
  if (cause.errno === EADDRINUSE && mac !== undefined) {
    return error("mac-in-use", `${parent}, or another link on it, has the MAC address ${mac}`);
  }
  if (cause.errno === EINVAL && mode === "passthru") {
    return error("parent-in-use", `in passthru mode ${parent} takes one link only, and there is one`);
  }
  if (cause.errno === EINVAL && type === "macvlan") {
    const large = mtu === undefined ? "" : `, or has a smaller MTU than ${mtu}`;
    return error("parent-in-use", `${parent} carries one in passthru mode, which takes it alone${large}`);
  }
  return cause;
}

const place = (netns: string | undefined): string => (netns === undefined ? "" : ` in ${netns}`);
