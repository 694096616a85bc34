import { parseOwner } from "@cnm/core";
import type { NamespaceHandle } from "../../netns/namespace-pool.ts";
import { deleteLink } from "../../route/link/delete-link.ts";
import { getLink } from "../../route/link/get-link.ts";
import type { Link } from "../../route/link/link.ts";
import type { LinkResource } from "../resource.ts";
import { byNamespace } from "./by-namespace.ts";
import { ENODEV } from "./errno-numbers.ts";
import { isHalfMade } from "./half-made.ts";
import type { StackContext } from "./stack-context.ts";

/**
 * Deletes links of ours. Those that were adopted bear no tag of ours, and stay. So does another one under the name of a
 * bridge, which people choose; a veth's name is derived from an id, and is nobody else's.
 */
export async function removeLinks(context: StackContext, links: readonly LinkResource[]): Promise<void> {
  for (const [netns, group] of byNamespace(links)) {
    if (netns === undefined) {
      await context.remover.remove(await deletable(context.pool.host, group));
      continue;
    }
    await context.pool.useIfThere(netns, async (handle) => {
      // Of a network's further bridges. The namespaces of others see no more of us than they have to.
      const ports = group.filter(({ type, master }) => type === "veth" && master !== undefined);
      if (ports.length > 0)
        await context.remover.remove(await deletable(handle, ports), { path: netns, namespace: handle.namespace });
      const names = await deletable(
        handle,
        group.filter((link) => !ports.includes(link)),
      );
      for (const outcome of await handle.route().execute(names.map(deleteLink))) {
        if (outcome !== undefined && outcome.errno !== ENODEV) throw outcome;
      }
    });
  }
}

async function deletable(handle: NamespaceHandle, links: readonly LinkResource[]): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { name, type } of links) {
    if (handle.route().interfaceIndex(name) === undefined) continue;
    if (type === "veth" || isOurs(await getLink(handle.route(), name))) names.push(name);
  }
  return names;
}

const isOurs = (link: Link): boolean => parseOwner(link.alias) !== undefined || isHalfMade(link);
