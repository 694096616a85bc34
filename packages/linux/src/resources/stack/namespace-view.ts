import type { NamespaceHandle } from "../../netns/namespace-pool.ts";
import { dumpAddresses, type LinkAddress } from "../../route/address/address.ts";
import { dumpLinks } from "../../route/link/get-link.ts";
import type { Link } from "../../route/link/link.ts";
import { dumpRoutes, type Route } from "../../route/route/route.ts";
import { OUR_PROTOCOL } from "./settle.ts";

/** What one namespace holds that may be ours. */
export interface NamespaceView {
  readonly netns: string | undefined;
  readonly links: readonly Link[];
  readonly addresses: readonly LinkAddress[];
  /** Those of our protocol number. */
  readonly routes: readonly Route[];
}

/** One reading for each family, however much there is. */
export async function viewNamespace(netns: string | undefined, handle: NamespaceHandle): Promise<NamespaceView> {
  const socket = handle.route();
  const [links, addresses, ipv4, ipv6] = await Promise.all([
    dumpLinks(socket),
    dumpAddresses(socket),
    dumpRoutes(socket, 4, { protocol: OUR_PROTOCOL }),
    dumpRoutes(socket, 6, { protocol: OUR_PROTOCOL }),
  ]);
  const routes = [...ipv4, ...ipv6].filter(({ protocol }) => protocol === OUR_PROTOCOL);
  return { netns, links, addresses, routes };
}
