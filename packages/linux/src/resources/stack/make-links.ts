import { CnmError, parseOwner } from "@cnm/core";
import type { NetlinkError } from "../../netlink/netlink-error.ts";
import type { Outcome } from "../../netlink/socket.ts";
import type { NamespaceHandle } from "../../netns/namespace-pool.ts";
import { createLink } from "../../route/link/create-link.ts";
import { getLink } from "../../route/link/get-link.ts";
import { isUnknownKind, kindNeeds } from "../../route/link/kind-support.ts";
import type { Link } from "../../route/link/link.ts";
import type { LinkSpec } from "../../route/link/link-spec.ts";
import type { LinkResource } from "../resource.ts";
import { byNamespace } from "./by-namespace.ts";
import { EEXIST } from "./errno-numbers.ts";
import { isHalfMade } from "./half-made.ts";
import { removeLinks } from "./remove-links.ts";
import type { Progress, StackContext } from "./stack-context.ts";

/**
 * Makes the links, still down and untagged: `settle` does the rest. Bridges come before their ports. A link that is there
 * already is taken over when it bears a tag of ours or is to be adopted.
 */
export async function makeLinks(context: StackContext, links: readonly LinkResource[], done: Progress): Promise<void> {
  for (const [netns, group] of byNamespace(links)) {
    await context.pool.use(netns, async (handle) => {
      const own: LinkResource[] = [];
      for (const link of group) if (link.adopt !== true || !(await adopts(handle, link))) own.push(link);
      await make(
        handle,
        own.filter(({ peer }) => peer === undefined),
      );
      await make(
        handle,
        own.filter(({ peer }) => peer !== undefined),
      );
    });
  }

  async function make(handle: NamespaceHandle, group: readonly LinkResource[]): Promise<void> {
    if (group.length === 0) return;
    const outcomes = await withPeers(context, group, [], (fds) =>
      handle.route().execute(group.map((link, at) => createLink(specOf(handle, link, fds[at])))),
    );
    const failures: unknown[] = [];
    for (const [at, link] of group.entries()) {
      try {
        if (await made(handle, link, outcomes[at])) done.add.push(link);
      } catch (error) {
        failures.push(error);
      }
    }
    throwAll(failures);
  }

  /** False: it was there as it should be. */
  async function made(handle: NamespaceHandle, link: LinkResource, outcome: Outcome): Promise<boolean> {
    if (outcome === undefined) return true;
    if (isUnknownKind(outcome)) throw unknownKind(link, outcome);
    if (outcome.errno !== EEXIST) throw outcome;
    const there = await look(handle, link.name);
    if (there === undefined) throw peerClash(link, outcome);
    if (!isOurs(there)) throw clash(link, there, outcome);
    if (there.kind === link.type && (await peerIsThere(context, link))) return false;
    await removeLinks(context, [link]);
    const [again] = await withPeers(context, [link], [], ([fd]) =>
      handle.route().execute([createLink(specOf(handle, link, fd))]),
    );
    if (again !== undefined) throw again;
    return true;
  }
}

/** Descriptors of the peers' namespaces stay open while the work goes on. */
async function withPeers<T>(
  context: StackContext,
  links: readonly LinkResource[],
  fds: readonly (number | undefined)[],
  work: (fds: readonly (number | undefined)[]) => Promise<T>,
): Promise<T> {
  const link = links[fds.length];
  if (link === undefined) return work(fds);
  if (link.peer === undefined) return withPeers(context, links, [...fds, undefined], work);
  return context.pool.use(link.peer.netns, ({ namespace }) => withPeers(context, links, [...fds, namespace.fd], work));
}

function specOf(handle: NamespaceHandle, link: LinkResource, peerFd: number | undefined): LinkSpec {
  const { name, mac, mtu, master, peer, type } = link;
  const base = {
    name,
    ...(mac === undefined ? {} : { mac }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(master === undefined ? {} : { masterIndex: masterIndex(handle, link, master) }),
  };
  if (type !== "veth") return { ...base, kind: type };
  if (peer === undefined)
    throw new CnmError("internal", "veth-without-peer", `veth ${name} is planned without its peer`);
  return {
    ...base,
    kind: "veth",
    peer: {
      name: peer.name,
      mac: peer.mac,
      ...(peer.mtu === undefined ? {} : { mtu: peer.mtu }),
      ...(peerFd === undefined ? {} : { namespaceFd: peerFd }),
    },
  };
}

export function masterIndex(handle: NamespaceHandle, link: LinkResource, master: string): number {
  const index = handle.route().interfaceIndex(master);
  if (index !== undefined) return index;
  throw new CnmError(
    "not-found",
    "no-such-bridge",
    `${link.name} cannot be a port of ${master}: there is no such link`,
  );
}

/** Whether there is a link to be used as it is. */
async function adopts(handle: NamespaceHandle, link: LinkResource): Promise<boolean> {
  const there = await look(handle, link.name);
  if (there === undefined || there.kind === link.type) return there !== undefined;
  const kind = there.kind === "" ? "a link of another kind" : `a ${there.kind}`;
  throw new CnmError("forbidden", "link-kind", `${link.name} is ${kind}, not a ${link.type}`);
}

async function look(handle: NamespaceHandle, name: string): Promise<Link | undefined> {
  if (handle.route().interfaceIndex(name) === undefined) return undefined;
  return getLink(handle.route(), name);
}

/** Tagged, or what a process left that died before it could tag it. */
const isOurs = (link: Link): boolean => parseOwner(link.alias) !== undefined || isHalfMade(link);

async function peerIsThere(context: StackContext, { peer }: LinkResource): Promise<boolean> {
  if (peer === undefined) return true;
  return context.pool.use(peer.netns, async (handle) => handle.route().interfaceIndex(peer.name) !== undefined);
}

function unknownKind({ name, type }: LinkResource, cause: NetlinkError): CnmError {
  const message = `cannot make ${type} ${name}: this kernel has no ${type} links; it ${kindNeeds(type)}`;
  return new CnmError("unsupported", "link-kind-missing", message, { cause });
}

function clash({ name, type }: LinkResource, there: Link, cause: NetlinkError): CnmError {
  const kind = there.kind === "" ? "link" : there.kind;
  return new CnmError(
    "conflict",
    "link-exists",
    `cannot make ${type} ${name}: there is a ${kind} of that name which cnm did not make`,
    { cause },
  );
}

function peerClash({ peer, name }: LinkResource, cause: NetlinkError): CnmError {
  return new CnmError(
    "conflict",
    "interface-exists",
    `cannot make ${peer?.name ?? name}: there is an interface of that name in ${peer?.netns ?? "the namespace"}`,
    { cause },
  );
}

export function throwAll(failures: readonly unknown[]): void {
  const [first] = failures;
  if (failures.length === 1) throw first;
  if (failures.length > 1) {
    throw new AggregateError(failures, first instanceof Error ? first.message : String(first), { cause: first });
  }
}
