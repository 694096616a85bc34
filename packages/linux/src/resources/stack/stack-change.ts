import type { HandlerChange, ResourceOf } from "../handler.ts";
import type { AddressResource, LinkResource, NetnsResource, RouteResource, SysctlResource } from "../resource.ts";

export type StackKind = "netns" | "link" | "address" | "route" | "sysctl";
export type StackResource = ResourceOf<StackKind>;

/** A change of links, addresses, routes, settings and namespaces, taken apart by what has to be done. */
export interface StackChange {
  readonly namespaces: Parts<NetnsResource>;
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
  const all = {
    namespaces: parts<NetnsResource>(only(remove, "netns"), only(add, "netns")),
    links: splitLinks(parts<LinkResource>(only(remove, "link"), only(add, "link"))),
    addresses: parts<AddressResource>(only(remove, "address"), only(add, "address")),
    routes: parts<RouteResource>(only(remove, "route"), only(add, "route")),
    sysctls: parts<SysctlResource>(only(remove, "sysctl"), only(add, "sysctl")),
  };
  const goes = goesAlong(all.namespaces.remove, all.links.remove);
  // A route that is made may need the place of one that goes with its link: then that one has to go at once.
  const routed = new Set(all.routes.make.map(placeOf));
  return {
    namespaces: all.namespaces,
    links: { ...all.links, remove: all.links.remove.filter(({ netns }) => !goes.namespace(netns)) },
    addresses: {
      ...all.addresses,
      remove: all.addresses.remove.filter((address) => !goes.on(address.netns, address.link)),
    },
    routes: {
      ...all.routes,
      remove: all.routes.remove.filter((route) => routed.has(placeOf(route)) || !goes.on(route.netns, route.link)),
    },
    sysctls: {
      ...all.sysctls,
      remove: all.sysctls.remove.filter((sysctl) => !goes.on(sysctl.netns, interfaceOf(sysctl) ?? "")),
    },
  };
}

/** "eth0" of "net/ipv6/conf/eth0/accept_ra"; undefined for settings of the namespace as a whole. */
export function interfaceOf({ name }: Pick<SysctlResource, "name">): string | undefined {
  const match = /^net\/(?:ipv4|ipv6|mpls)\/(?:conf|neigh)\/([^/]+)\//.exec(name);
  return match?.[1] === "all" || match?.[1] === "default" ? undefined : match?.[1];
}

const only = <K extends StackKind>(resources: readonly StackResource[], kind: K): readonly ResourceOf<K>[] =>
  resources.filter((resource): resource is ResourceOf<K> => resource.kind === kind);

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

/** The kernel turns no link into one of another type, and a veth's ends stay what and where they are. */
function splitLinks({ make, alter, remove }: Parts<LinkResource>): Parts<LinkResource> {
  const replaced = alter.filter(({ from, to }) => !alterable(from, to));
  return {
    make: [...make, ...replaced.map(({ to }) => to)],
    alter: alter.filter((alteration) => !replaced.includes(alteration)),
    remove: [...remove, ...replaced.map(({ from }) => from)],
  };
}

export const alterable = (from: LinkResource, to: LinkResource): boolean =>
  from.type === to.type && from.peer?.netns === to.peer?.netns && from.peer?.name === to.peer?.name;

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

const placeOf = ({ netns, destination, metric }: RouteResource): string =>
  `${netns ?? ""} ${destination} ${metric ?? ""}`;
