import type { HandlerChange, ResourceOf } from "../handler.ts";
import type {
  AddressResource,
  LinkResource,
  NetnsResource,
  ParentResource,
  RouteResource,
  SysctlResource,
} from "../resource.ts";

export type StackKind = "netns" | "parent" | "link" | "address" | "route" | "sysctl";
export type StackResource = ResourceOf<StackKind>;

/** A change of links, addresses, routes, settings and namespaces, taken apart by what has to be done. */
export interface StackChange {
  readonly namespaces: Parts<NetnsResource>;
  /** These have to be there. Their going is nothing to be done. */
  readonly parents: readonly ParentResource[];
  readonly links: Parts<LinkResource>;
  readonly addresses: Parts<AddressResource>;
  readonly routes: Parts<RouteResource>;
  readonly sysctls: Parts<SysctlResource>;
}

export interface Parts<R> {
  readonly make: readonly R[];
  /** There, and to be otherwise. */
  readonly alter: readonly Alteration<R>[];
  readonly remove: readonly R[];
}

export interface Alteration<R> {
  readonly from: R;
  readonly to: R;
}

/** What the removal of a link or namespace takes along is left out. */
export function stackChange({ remove, add }: HandlerChange<StackResource>): StackChange {
  const made = byKind(add);
  if (remove.length === 0) return onlyMaking(made);
  const gone = byKind(remove);
  const namespaces = parts(gone.netns, made.netns);
  const links = splitLinks(parts(gone.link, made.link));
  const addresses = parts(gone.address, made.address);
  const routes = parts(gone.route, made.route);
  const sysctls = parts(gone.sysctl, made.sysctl);
  const goes = goesAlong(namespaces.remove, links.remove);
  // A route that is made may need the place of one that goes with its link: then that one has to go at once.
  const routed = new Set(routes.make.map(placeOf));
  return {
    namespaces,
    parents: made.parent,
    links: { ...links, remove: links.remove.filter((link) => outlives(link) || !goes.namespace(link.netns)) },
    addresses: { ...addresses, remove: addresses.remove.filter((address) => !goes.on(address.netns, address.link)) },
    routes: {
      ...routes,
      remove: routes.remove.filter((route) => routed.has(placeOf(route)) || !goes.on(route.netns, route.link)),
    },
    sysctls: {
      ...sysctls,
      remove: sysctls.remove.filter((sysctl) => !goes.on(sysctl.netns, interfaceOf(sysctl) ?? "")),
    },
  };
}

type ByKind = { readonly [K in StackKind]: readonly ResourceOf<K>[] };

function byKind(resources: readonly StackResource[]): ByKind {
  const found = {
    netns: [] as NetnsResource[],
    link: [] as LinkResource[],
    parent: [] as ParentResource[],
    address: [] as AddressResource[],
    route: [] as RouteResource[],
    sysctl: [] as SysctlResource[],
  };
  for (const resource of resources) {
    if (resource.kind === "netns") found.netns.push(resource);
    else if (resource.kind === "link") found.link.push(resource);
    else if (resource.kind === "parent") found.parent.push(resource);
    else if (resource.kind === "address") found.address.push(resource);
    else if (resource.kind === "route") found.route.push(resource);
    else found.sysctl.push(resource);
  }
  return found;
}

const onlyMaking = ({ netns, parent, link, address, route, sysctl }: ByKind): StackChange => ({
  namespaces: { make: netns, alter: [], remove: [] },
  parents: parent,
  links: { make: link, alter: [], remove: [] },
  addresses: { make: address, alter: [], remove: [] },
  routes: { make: route, alter: [], remove: [] },
  sysctls: { make: sysctl, alter: [], remove: [] },
});

/** "eth0" of "net/ipv6/conf/eth0/accept_ra"; undefined for settings of the namespace as a whole. */
export function interfaceOf({ name }: Pick<SysctlResource, "name">): string | undefined {
  const match = /^net\/(?:ipv4|ipv6|mpls)\/(?:conf|neigh)\/([^/]+)\//.exec(name);
  return match?.[1] === "all" || match?.[1] === "default" ? undefined : match?.[1];
}

function parts<R extends { readonly key: string }>(remove: readonly R[], add: readonly R[]): Parts<R> {
  if (remove.length === 0 || add.length === 0) return { make: add, alter: [], remove };
  const old = new Map(remove.map((resource) => [resource.key, resource]));
  const wanted = new Set(add.map(({ key }) => key));
  return {
    make: add.filter(({ key }) => !old.has(key)),
    alter: add.flatMap((to) => {
      const from = old.get(to.key);
      return from === undefined ? [] : [{ from, to }];
    }),
    remove: remove.filter(({ key }) => !wanted.has(key)),
  };
}

/** The kernel turns no link into one of another type, and a veth's ends stay what and where they are; so does a VLAN. */
function splitLinks({ make, alter, remove }: Parts<LinkResource>): Parts<LinkResource> {
  const replaced = alter.filter(({ from, to }) => !alterable(from, to));
  return {
    make: [...make, ...replaced.map(({ to }) => to)],
    alter: alter.filter((alteration) => !replaced.includes(alteration)),
    remove: [...remove, ...replaced.map(({ from }) => from)],
  };
}

export const alterable = (from: LinkResource, to: LinkResource): boolean =>
  from.type === to.type &&
  from.peer?.netns === to.peer?.netns &&
  from.peer?.name === to.peer?.name &&
  from.parent === to.parent &&
  from.vlanId === to.vlanId &&
  (from.mode === to.mode || (from.mode !== "passthru" && to.mode !== "passthru"));

interface GoesAlong {
  namespace(netns: string | undefined): boolean;
  on(netns: string | undefined, link: string): boolean;
}

function goesAlong(namespaces: readonly NetnsResource[], links: readonly LinkResource[]): GoesAlong {
  const paths = new Set<string | undefined>(namespaces.map(({ path }) => path));
  const ends = new Set<string>();
  for (const { adopt, netns, name, peer } of links) {
    if (adopt === true) continue;
    ends.add(`${netns ?? ""} ${name}`);
    if (peer !== undefined) ends.add(`${peer.netns} ${peer.name}`);
  }
  return {
    namespace: (netns) => netns !== undefined && paths.has(netns),
    on: (netns, link) => (netns !== undefined && paths.has(netns)) || ends.has(`${netns ?? ""} ${link}`),
  };
}

/** The kernel takes its time with a namespace: until then, what is on a parent would still answer there. */
const outlives = ({ netns, parent }: LinkResource): boolean => netns !== undefined && parent !== undefined;

const placeOf = ({ netns, destination, metric }: RouteResource): string =>
  `${netns ?? ""} ${destination} ${metric ?? ""}`;
