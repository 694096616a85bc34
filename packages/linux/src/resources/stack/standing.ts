import { ipvlanFlagOf, ipvlanModeOf } from "../../route/link/kinds/ipvlan.ts";
import { macvlanModeOf } from "../../route/link/kinds/macvlan.ts";
import type { Link } from "../../route/link/link.ts";
import type { LinkResource } from "../resource.ts";
import type { NamespaceView } from "./namespace-view.ts";

type Standing = Pick<LinkResource, "parent" | "vlanId" | "mode" | "flag">;

/** What a VLAN, macvlan or ipvlan stands on, and how. */
export function standing(view: NamespaceView, link: Link, views: readonly NamespaceView[]): Standing {
  switch (link.kind) {
    case "vlan": {
      const vlanId = link.data["IFLA_VLAN_ID"];
      return { ...parentOf(view, link, views), ...(typeof vlanId === "number" ? { vlanId } : {}) };
    }
    case "macvlan": {
      const mode = macvlanModeOf(link.data["IFLA_MACVLAN_MODE"]);
      return { ...parentOf(view, link, views), ...(mode === undefined ? {} : { mode }) };
    }
    case "ipvlan": {
      const mode = ipvlanModeOf(link.data["IFLA_IPVLAN_MODE"]);
      const flag = ipvlanFlagOf(link.data["IFLA_IPVLAN_FLAGS"]);
      return {
        ...parentOf(view, link, views),
        ...(mode === undefined ? {} : { mode }),
        ...(flag === undefined ? {} : { flag }),
      };
    }
    default:
      return {};
  }
}

/** A parent elsewhere is one of the host: links of ours are made on no others. */
function parentOf(
  view: NamespaceView,
  { linkIndex, linkNamespaceId }: Link,
  views: readonly NamespaceView[],
): { readonly parent?: string } {
  const where = linkNamespaceId === undefined ? view : views.find(({ netns }) => netns === undefined);
  const parent = where?.links.find(({ index }) => index === linkIndex)?.name;
  return parent === undefined ? {} : { parent };
}
