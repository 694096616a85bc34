import { HOST_OWNER, type OwnerRef, parseOwner } from "@cnm/core";
import type { Link } from "../../route/link/link.ts";
import type { LinkResource } from "../resource.ts";
import { keyed } from "../resource-key.ts";
import { isHalfMade } from "./half-made.ts";
import type { NamespaceView } from "./namespace-view.ts";
import { standing } from "./standing.ts";

/** The links of all views that are ours, or wanted and there. A veth pair is one: its end in a sandbox is the peer. */
export function observeLinks(
  views: readonly NamespaceView[],
  wanted: ReadonlyMap<string, LinkResource>,
): readonly LinkResource[] {
  const ends = new Ends(views, (view, link) => wanted.has(keyOf(view, link)));
  return views.flatMap((view) =>
    view.links.flatMap((link) => {
      const asked = wanted.get(keyOf(view, link));
      if (asked === undefined && ends.isInner(view, link)) return [];
      const owner = ownerOf(view, link, asked);
      if (owner === undefined) return [];
      // Somebody else's link in a VLAN's stead is as it should be, whatever it is.
      if (asked?.type === "vlan" && parseOwner(link.alias) === undefined) return [asked];
      return [resourceOf(view, link, owner, asked, { ends, views })];
    }),
  );
}

const keyOf = ({ netns }: NamespaceView, { name }: Link): string =>
  keyed({ kind: "link", owner: HOST_OWNER, name, type: "veth", up: true, ...inside(netns) }).key;

/** Undefined: neither ours nor asked for. A link that is asked for and bears another's name is not what was asked for. */
function ownerOf(view: NamespaceView, link: Link, asked: LinkResource | undefined): OwnerRef | undefined {
  const tagged = parseOwner(link.alias);
  if (tagged !== undefined) return tagged;
  if (asked?.adopt === true && (asked.type === link.kind || asked.type === "vlan")) return asked.owner;
  return isLeftover(view, link) ? HOST_OWNER : undefined;
}

function isLeftover({ links }: NamespaceView, link: Link): boolean {
  if (!isHalfMade(link)) return false;
  if (link.masterIndex === undefined) return true;
  const master = links.find(({ index }) => index === link.masterIndex);
  return master !== undefined && parseOwner(master.alias) !== undefined;
}

function resourceOf(
  view: NamespaceView,
  link: Link,
  owner: OwnerRef,
  asked: LinkResource | undefined,
  { ends, views }: { readonly ends: Ends; readonly views: readonly NamespaceView[] },
): LinkResource {
  const peer = ends.peerOf(link, asked?.peer);
  return keyed({
    kind: "link",
    owner,
    ...inside(view.netns),
    name: link.name,
    type: typeOf(link),
    up: link.up,
    mtu: link.mtu,
    mac: link.mac,
    ...asPort(view, link),
    ...(peer === undefined ? {} : { peer }),
    ...standing(view, link, views),
    ...(asked?.adopt === true ? { adopt: true } : {}),
    ...(asked?.shared === undefined ? {} : { shared: asked.shared }),
  });
}

function asPort({ links }: NamespaceView, link: Link): Pick<LinkResource, "master" | "port" | "linkLocal"> {
  const master = links.find(({ index }) => index === link.masterIndex)?.name;
  return {
    ...(master === undefined ? {} : { master }),
    ...(link.port === undefined ? {} : { port: link.port }),
    ...(link.linkLocal === undefined ? {} : { linkLocal: link.linkLocal }),
  };
}

const TYPES = ["bridge", "veth", "vlan", "macvlan", "ipvlan"] as const;

const typeOf = ({ kind }: Link): LinkResource["type"] => TYPES.find((type) => type === kind) ?? "dummy";

const inside = (netns: string | undefined): { readonly netns?: string } => (netns === undefined ? {} : { netns });

/** Which veth in a namespace belongs to which veth on the host, or to one that is asked for: each knows the other's index. */
class Ends {
  readonly #inner = new Map<string, { readonly view: NamespaceView; readonly link: Link }[]>();
  readonly #outer = new Set<string>();

  constructor(views: readonly NamespaceView[], isAsked: (view: NamespaceView, link: Link) => boolean) {
    for (const view of views) {
      for (const link of view.links) {
        if (link.kind !== "veth" || link.linkIndex === undefined) continue;
        if (view.netns === undefined || isAsked(view, link)) this.#outer.add(`${link.index} ${link.linkIndex}`);
        else {
          const key = `${link.linkIndex} ${link.index}`;
          this.#inner.set(key, [...(this.#inner.get(key) ?? []), { view, link }]);
        }
      }
    }
  }

  isInner({ netns }: NamespaceView, { kind, index, linkIndex }: Link): boolean {
    return netns !== undefined && kind === "veth" && this.#outer.has(`${linkIndex} ${index}`);
  }

  /** Other pairs may have the same two numbers: the namespace that is asked for, or the same tag, tells. */
  peerOf(outer: Link, asked: LinkResource["peer"]): NonNullable<LinkResource["peer"]> | undefined {
    const found = this.#inner.get(`${outer.index} ${outer.linkIndex}`) ?? [];
    const end =
      found.find(({ view }) => view.netns === asked?.netns) ??
      found.find(({ link }) => link.alias === outer.alias) ??
      found[0];
    if (end?.view.netns === undefined) return undefined;
    const { name, mac, mtu, up } = end.link;
    return {
      netns: end.view.netns,
      name,
      mac,
      mtu,
      up,
      ...(asked?.master === undefined ? {} : asPort(end.view, end.link)),
    };
  }
}
