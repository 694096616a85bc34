import { CnmError, formatOwner, parseOwner } from "@cnm/core";
import type { Request } from "../../netlink/message.ts";
import { NetlinkError, type Outcome } from "../../netlink/netlink-error.ts";
import type { NamespaceHandle } from "../../netns/namespace-pool.ts";
import { createLink } from "../../route/link/create-link.ts";
import { getLink } from "../../route/link/get-link.ts";
import { isUnknownKind, kindNeeds } from "../../route/link/kind-support.ts";
import type { Link } from "../../route/link/link.ts";
import type { LinkSpec } from "../../route/link/link-spec.ts";
import { setLinkAt } from "../../route/link/set-link.ts";
import type { LinkResource } from "../resource.ts";
import { byNamespace } from "./by-namespace.ts";
import { EAFNOSUPPORT, EBUSY, EEXIST, EXFULL } from "./errno-numbers.ts";
import { isHalfMade } from "./half-made.ts";
import { createStanding, isStanding, standsBadly } from "./make-standing.ts";
import { removeLinks } from "./remove-links.ts";
import type { Progress, StackContext } from "./stack-context.ts";

/**
 * Makes the links; bridges come before their ports. `settle` does the rest. A link that is there already is taken over when
 * it bears a tag of ours or is to be adopted.
 */
export async function makeLinks(context: StackContext, links: readonly LinkResource[], done: Progress): Promise<void> {
  for (const [netns, group] of byNamespace(parentsFirst(links))) {
    await context.pool.use(netns, async (handle) => {
      const plain: LinkResource[] = [];
      const pairs: LinkResource[] = [];
      const standing: LinkResource[] = [];
      for (const link of group) {
        if (link.adopt === true && (await adopts(handle, link))) {
          // Not even set up: people have their reasons for how it is.
          if (link.type === "vlan") done.finished.add(link);
          continue;
        }
        if (link.peer !== undefined) pairs.push(link);
        else if (isStanding(link)) standing.push(link);
        else plain.push(link);
      }
      if (plain.length > 0) await makePlain(handle, plain);
      for (const rank of byRank(standing)) await makeStanding(handle, rank);
      if (pairs.length > 0) await makePairs(handle, pairs);
    });
  }

  /** Still down: settings come before. */
  async function makeStanding(handle: NamespaceHandle, group: readonly LinkResource[]): Promise<void> {
    const outcomes = await createStanding(context, handle, group);
    const failures: unknown[] = [];
    for (const [at, link] of group.entries()) {
      const again = async () => (await createStanding(context, handle, [link]))[0];
      try {
        if (await made(handle, link, outcomes[at], again)) done.add.push(link);
      } catch (error) {
        failures.push(error instanceof NetlinkError ? standsBadly(link, error) : error);
      }
    }
    throwAll(failures);
  }

  /** Still down and untagged: settings come before. */
  async function makePlain(handle: NamespaceHandle, group: readonly LinkResource[]): Promise<void> {
    const outcomes = await handle.route().execute(group.map((link) => createLink(specOf(handle, link))));
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

  /** Tagged and up at once: nothing happens on them before their other ends are up. */
  async function makePairs(handle: NamespaceHandle, group: readonly LinkResource[]): Promise<void> {
    const indexes = group.map(() => context.indexes.next());
    const outcomes = await context.pool.useAll(group.map(peerPath), (peers) => {
      const requests: Request[] = [];
      for (const [at, link] of group.entries()) {
        const index = indexes[at] ?? 0;
        requests.push(createLink(firstSpecOf(handle, link, peers[at], index)));
        // Before there is something for an address to be made for.
        if (link.linkLocal !== undefined) requests.push(setLinkAt(index, link.name, { linkLocal: link.linkLocal }));
        requests.push(tagLink(link, index), setLinkAt(index, link.name, { up: link.up }));
      }
      return handle.route().execute(requests);
    });
    const failures: unknown[] = [];
    let next = 0;
    for (let at = 0; at < group.length; at++) {
      const link = group[at];
      if (link === undefined) continue;
      const creation = outcomes[next++];
      const quiet = link.linkLocal === undefined ? undefined : outcomes[next++];
      const finish = outcomes[next++] ?? outcomes[next];
      next++;
      try {
        if (creation === undefined || (await made(handle, link, creation))) done.add.push(link);
        if (creation !== undefined) continue;
        if (finish !== undefined) throw finish;
        if (quiet !== undefined && quiet.errno !== EAFNOSUPPORT) throw quiet;
        done.finished.add(link);
        if (link.quiet === true) done.portless.set(link, indexes[at] ?? 0);
        if (link.peer !== undefined) done.noteIndex(link.peer.netns, link.peer.name, indexes[at] ?? 0);
      } catch (error) {
        failures.push(error);
      }
    }
    throwAll(failures);
  }

  /** False: it was there as it should be. */
  async function made(
    handle: NamespaceHandle,
    link: LinkResource,
    outcome: Outcome,
    makeAgain: () => Promise<Outcome> = () =>
      context.pool.use(peerPath(link), async (peer) => {
        const [again] = await handle.route().execute([createLink(specOf(handle, link, peer))]);
        return again;
      }),
  ): Promise<boolean> {
    if (outcome === undefined) return true;
    if (isUnknownKind(outcome)) throw unknownKind(link, outcome);
    if (outcome.errno === EXFULL) throw bridgeFull(link, outcome);
    if (outcome.errno === EEXIST) {
      const there = await look(handle, link.name);
      if (there === undefined) throw peerClash(link, outcome);
      if (!isOurs(there)) throw clash(link, there, outcome);
      if (there.kind === link.type && !isStanding(link) && (await peerIsThere(context, link))) return false;
      await removeLinks(context, [link]);
      // Somebody else's link has the number.
    } else if (outcome.errno !== EBUSY) throw outcome;
    const again = await makeAgain();
    if (again !== undefined) throw again;
    return true;
  }
}

/** Those that others may stand on come before them. */
const rankOf = ({ type }: LinkResource): number =>
  ["dummy", "bridge", "veth", "vlan"].indexOf(type) === -1 ? 2 : Number(type === "vlan");

const parentsFirst = (links: readonly LinkResource[]): readonly LinkResource[] =>
  links.some(isStanding) ? links.toSorted((one, other) => rankOf(one) - rankOf(other)) : links;

function byRank(links: readonly LinkResource[]): readonly (readonly LinkResource[])[] {
  return [0, 1, 2].map((rank) => links.filter((link) => rankOf(link) === rank)).filter(({ length }) => length > 0);
}

const peerPath = ({ peer }: LinkResource): string | undefined => peer?.netns;

/** `inside`: where the other end of a veth is to be. */
function specOf(handle: NamespaceHandle, link: LinkResource, inside?: NamespaceHandle, index?: number): LinkSpec {
  const { name, mac, mtu, peer, type } = link;
  if (type === "bridge") return { kind: type, name, mac, mtu, masterIndex: masterOf(handle, link) };
  if (type !== "veth")
    throw new CnmError("internal", "link-without-parent", `${type} ${name} is planned without its parent`);
  if (peer === undefined)
    throw new CnmError("internal", "veth-without-peer", `veth ${name} is planned without its peer`);
  return {
    kind: type,
    name,
    mac,
    mtu,
    masterIndex: masterOf(handle, link),
    index,
    peer: { name: peer.name, mac: peer.mac, mtu: peer.mtu, namespaceFd: inside?.namespace.fd, index },
  };
}

/** A quiet one becomes a port later; whether that can be is seen now. */
function firstSpecOf(handle: NamespaceHandle, link: LinkResource, inside?: NamespaceHandle, index?: number): LinkSpec {
  const spec = specOf(handle, link, inside, index);
  return link.quiet === true ? { ...spec, masterIndex: undefined } : spec;
}

/**
 * Before it is up: of a change of a link that is, all parts of the kernel are told, and IPv6 looks through the routes of all
 * links. Port flags are applied before the rest of a request, so the link has to be a port already: it was made as one.
 */
const tagLink = ({ name, owner, port, quiet }: LinkResource, index: number): Request =>
  setLinkAt(index, name, { alias: formatOwner(owner), ...(quiet === true ? {} : { port }) });

const masterOf = (handle: NamespaceHandle, link: LinkResource): number | undefined =>
  link.master === undefined ? undefined : masterIndex(handle, link, link.master);

export function masterIndex(handle: NamespaceHandle, link: Pick<LinkResource, "name">, master: string): number {
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
  if (link.type === "vlan") return there !== undefined && parseOwner(there.alias) === undefined;
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

function bridgeFull({ name, master }: LinkResource, cause: NetlinkError): CnmError {
  const message = `cannot make ${name}: bridge ${master} has as many ports as a bridge can have (1,023)`;
  return new CnmError("forbidden", "bridge-full", message, { cause });
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
