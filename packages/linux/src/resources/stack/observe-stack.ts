import { basename } from "node:path";
import { formatOwner, HOST_OWNER, type OwnerRef, parseOwner } from "@cnm/core";
import type { NamespaceHandle } from "../../netns/namespace-pool.ts";
import { listNamespaces } from "../../netns/pin.ts";
import { readSysctl } from "../../netns/sysctl.ts";
import type { HandlerScope } from "../handler.ts";
import type {
  AddressResource,
  LinkResource,
  NetnsResource,
  ParentResource,
  RouteResource,
  SysctlResource,
} from "../resource.ts";
import { keyed } from "../resource-key.ts";
import { byNamespace } from "./by-namespace.ts";
import { type NamespaceView, type ViewScope, viewNamespace, viewPart } from "./namespace-view.ts";
import { observeLinks } from "./observe-links.ts";
import { OUR_PROTOCOL, sameMetric } from "./settle.ts";
import { interfaceOf, type StackResource } from "./stack-change.ts";
import type { StackContext } from "./stack-context.ts";

/** So many namespaces are read at a time. */
const READERS = 8;

/** Looks at the host, at our own namespaces, and at those that something wanted is in. */
export async function observeStack(
  context: StackContext,
  pinFolder: string,
  scope: HandlerScope<StackResource>,
): Promise<readonly StackResource[]> {
  // What is as asked in a moment is to be seen as that.
  await context.quiet.end();
  const { owners } = scope;
  const wanted = [...scope.wanted, ...scope.departing];
  const inScope = (owner: OwnerRef): boolean => owners === undefined || owners.has(formatOwner(owner));
  const namespaces = observeNamespaces(pinFolder, wanted).filter(({ owner }) => inScope(owner));
  const paths = new Set([...namespacesOf(wanted), ...namespaces.map(({ path }) => path)]);
  const host = await context.pool.use(undefined, (handle) => viewNamespace(undefined, handle));
  const views = [host, ...(await viewAll(context, [...paths]))];
  const asked = new Map(wanted.map((resource) => [resource.key, resource]));

  const found: readonly StackResource[] = [
    ...namespaces,
    ...observeViews(views, asked),
    ...(await observeSysctls(context, scope.wanted.filter(isSysctl))),
    ...(await toBePutBack(context, scope.departing.filter(isSysctl))),
  ];
  return found.filter(({ owner }) => inScope(owner));
}

/** Looks for these links, addresses and routes only: in the namespaces where they should be. */
export async function observeNamed(
  context: StackContext,
  wanted: readonly StackResource[],
): Promise<readonly StackResource[]> {
  const views: NamespaceView[] = [];
  for (const [netns, scope] of scopesOf(wanted)) {
    const view = await context.pool.useIfThere(netns, (handle) => viewPart(netns, handle, scope));
    if (view !== undefined) views.push(view);
  }
  return observeViews(views, new Map(wanted.map((resource) => [resource.key, resource])));
}

function scopesOf(wanted: readonly StackResource[]): ReadonlyMap<string | undefined, ViewScope> {
  const scopes = new Map<string | undefined, ViewScope>();
  const put = (netns: string | undefined, more: Partial<ViewScope>): void => {
    const { links, addresses, routes } = scopes.get(netns) ?? { links: [], addresses: false, routes: false };
    scopes.set(netns, {
      links: links === "all" || more.links === "all" ? "all" : [...new Set([...links, ...(more.links ?? [])])],
      addresses: addresses || more.addresses === true,
      routes: routes || more.routes === true,
    });
  };
  for (const resource of wanted) {
    if (resource.kind === "link") {
      const { netns, name, master, parent, peer } = resource;
      put(netns, { links: master === undefined ? [name] : [name, master] });
      if (peer !== undefined) {
        put(peer.netns, { links: peer.master === undefined ? [peer.name] : [peer.name, peer.master] });
      }
      if (parent !== undefined) put(undefined, { links: [parent] });
    } else if (resource.kind === "parent") {
      put(undefined, { links: [resource.name] });
    } else if (resource.kind === "address") put(resource.netns, { links: [resource.link], addresses: true });
    // It may lead through any other link now.
    else if (resource.kind === "route") put(resource.netns, { links: "all", routes: true });
  }
  return scopes;
}

function observeViews(
  views: readonly NamespaceView[],
  asked: ReadonlyMap<string, StackResource>,
): readonly StackResource[] {
  const links = [...asked.values()].filter(isLink);
  return [
    ...observeLinks(views, new Map(links.map((link) => [link.key, link]))),
    ...observeParents(views, [...asked.values()].filter(isParent)),
    ...views.flatMap((view) => observeAddresses(view, asked)),
    ...views.flatMap((view) => observeRoutes(view, asked)),
  ];
}

const observeParents = (
  views: readonly NamespaceView[],
  asked: readonly ParentResource[],
): readonly ParentResource[] => {
  const names = new Set(views.find(({ netns }) => netns === undefined)?.links.map(({ name }) => name));
  return asked.filter(({ name }) => names.has(name));
};

/** An empty file that is left of a namespace is listed only where none is wanted: so it is made anew, or removed. */
function observeNamespaces(folder: string, wanted: readonly StackResource[]): readonly NetnsResource[] {
  const asked = new Map(wanted.flatMap((resource) => (resource.kind === "netns" ? [[resource.path, resource]] : [])));
  const { pinned, broken } = listNamespaces(folder);
  return [...pinned, ...broken.filter((path) => !asked.has(path))].map(
    (path) => asked.get(path) ?? keyed({ kind: "netns", owner: { kind: "sandbox", id: basename(path) }, path }),
  );
}

export function namespacesOf(wanted: readonly StackResource[]): readonly string[] {
  return wanted.flatMap((resource) => {
    if (resource.kind === "netns") return [resource.path];
    if (resource.kind === "parent") return [];
    const peer = resource.kind === "link" && resource.peer !== undefined ? [resource.peer.netns] : [];
    return resource.netns === undefined ? peer : [resource.netns, ...peer];
  });
}

async function viewAll(context: StackContext, paths: readonly string[]): Promise<readonly NamespaceView[]> {
  const views: NamespaceView[] = [];
  const waiting = [...paths];
  const read = async (): Promise<void> => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const at = path;
      const view = await context.pool.useIfThere(at, (handle) => viewNamespace(at, handle));
      if (view !== undefined) views.push(view);
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return views;
}

function observeAddresses(view: NamespaceView, asked: ReadonlyMap<string, StackResource>): readonly AddressResource[] {
  const links = new Map(view.links.map((link) => [link.index, link]));
  return view.addresses.flatMap(({ linkIndex, address, protocol }) => {
    const link = links.get(linkIndex);
    if (link === undefined) return [];
    const resource = keyed({ kind: "address", owner: HOST_OWNER, ...inside(view), link: link.name, address });
    const wanted = asked.get(resource.key);
    if (wanted?.kind === "address") return [wanted];
    const owner = parseOwner(link.alias);
    // Addresses that people or the kernel gave to a link of ours are theirs.
    return owner === undefined || protocol !== OUR_PROTOCOL ? [] : [{ ...resource, owner }];
  });
}

function observeRoutes(view: NamespaceView, asked: ReadonlyMap<string, StackResource>): readonly RouteResource[] {
  const links = new Map(view.links.map((link) => [link.index, link]));
  return view.routes.flatMap(({ destination, gateway, linkIndex, metric, source }) => {
    const link = links.get(linkIndex ?? 0);
    if (link === undefined) return [];
    const family = destination.includes(":") ? 6 : 4;
    const resource = keyed({
      kind: "route",
      owner: parseOwner(link.alias) ?? HOST_OWNER,
      ...inside(view),
      destination,
      ...(gateway === undefined ? {} : { gateway }),
      ...(source === undefined ? {} : { source }),
      link: link.name,
      ...(metric === undefined || sameMetric(family, metric, undefined) ? {} : { metric }),
    });
    const wanted = asked.get(resource.key);
    return [wanted?.kind === "route" ? { ...resource, owner: wanted.owner } : resource];
  });
}

/** A setting that a kernel may lack is as it should be where it is absent, unless its interface is: that has to come back with it. */
async function observeSysctls(
  context: StackContext,
  wanted: readonly SysctlResource[],
): Promise<readonly SysctlResource[]> {
  const found: SysctlResource[] = [];
  for (const [netns, group] of byNamespace(wanted)) {
    await context.pool.useIfThere(netns, async (handle) => {
      for (const resource of group) {
        const value = readSysctl(handle.namespace, resource.name) ?? valueOfAbsent(handle, resource);
        if (value !== undefined) found.push({ ...resource, value: value.replaceAll("\t", " ") });
      }
    });
  }
  return found;
}

function valueOfAbsent(handle: NamespaceHandle, resource: SysctlResource): string | undefined {
  if (resource.optional !== true) return undefined;
  const link = interfaceOf(resource);
  return link !== undefined && handle.route().interfaceIndex(link) === undefined ? undefined : resource.value;
}

async function toBePutBack(
  context: StackContext,
  departing: readonly SysctlResource[],
): Promise<readonly SysctlResource[]> {
  const changed = departing.filter(({ restore, value }) => restore !== undefined && restore !== value);
  const values = new Map(changed.map(({ key, value }) => [key, value]));
  return (await observeSysctls(context, changed)).filter(({ key, value }) => values.get(key) === value);
}

const inside = ({ netns }: NamespaceView): { readonly netns?: string } => (netns === undefined ? {} : { netns });

const isParent = (resource: StackResource): resource is ParentResource => resource.kind === "parent";
const isLink = (resource: StackResource): resource is LinkResource => resource.kind === "link";
const isSysctl = (resource: StackResource): resource is SysctlResource => resource.kind === "sysctl";
