import type { Request } from "../../netlink/message.ts";
import type { NamespaceHandle } from "../../netns/namespace-pool.ts";
import { askForLink } from "../../route/link/get-link.ts";
import { setLinkAt } from "../../route/link/set-link.ts";
import { noteGroup } from "../../route/mdb/mdb.ts";
import type { AddressResource, LinkResource } from "../resource.ts";
import { byNamespace } from "./by-namespace.ts";
import { masterIndex, throwAll } from "./make-links.ts";
import { solicitedGroups } from "./solicited-groups.ts";
import type { Progress, StackContext } from "./stack-context.ts";

/** What comes before the other ends of quiet links come up. */
export async function startQuietly(
  { quiet }: StackContext,
  addresses: readonly AddressResource[],
  { portless }: Progress,
): Promise<void> {
  for (const link of portless.keys()) {
    const { peer } = link;
    if (peer === undefined) continue;
    await quiet.begin({ netns: peer.netns, link: peer.name, groups: groupsOf(link, addresses) });
  }
}

/** The last step of quiet links. */
export async function becomePorts(
  { pool }: StackContext,
  addresses: readonly AddressResource[],
  { portless }: Progress,
): Promise<void> {
  for (const [netns, links] of byNamespace([...portless.keys()])) {
    await pool.use(netns, async (handle) => {
      const steps = links.flatMap((link) => stepsOf(handle, link, portless.get(link) ?? 0, groupsOf(link, addresses)));
      const outcomes = await handle.route().execute(steps.map(({ request }) => request));
      throwAll(outcomes.filter((outcome, at) => outcome !== undefined && steps[at]?.optional !== true));
    });
  }
}

interface Step {
  readonly request: Request;
  readonly optional?: boolean;
}

/**
 * The bridge heard no report, so it is told of the groups: where somebody asks for them (a router, or the bridge itself if users
 * make it), it leads frames to a group only to ports that it knows of. A bridge that takes no note of groups leads all to all.
 */
function stepsOf(
  handle: NamespaceHandle,
  link: LinkResource,
  portIndex: number,
  groups: readonly string[],
): readonly Step[] {
  const { name, master = "", port } = link;
  const bridgeIndex = masterIndex(handle, link, master);
  return [
    // A port that has its carrier forwards from the start.
    { request: askForLink(name) },
    { request: setLinkAt(portIndex, name, { masterIndex: bridgeIndex }) },
    { request: setLinkAt(portIndex, name, { port }) },
    ...groups.map((group) => ({ request: noteGroup({ bridgeIndex, portIndex, group }), optional: true })),
  ];
}

function groupsOf({ peer }: LinkResource, addresses: readonly AddressResource[]): readonly string[] {
  if (peer?.mac === undefined) return [];
  const own = addresses.filter(({ netns, link }) => netns === peer.netns && link === peer.name);
  return solicitedGroups(
    peer.mac,
    own.map(({ address }) => address),
  );
}
