import type { HandlerChange } from "../handler.ts";
import type { LinkResource } from "../resource.ts";
import { becomePorts, startQuietly } from "./become-ports.ts";
import { makeLinks } from "./make-links.ts";
import { requireParents } from "./make-standing.ts";
import { deleteNamespaces, makeNamespaces } from "./namespaces.ts";
import { removeLinks } from "./remove-links.ts";
import { settle } from "./settle.ts";
import { interfaceOf, type StackChange, type StackResource, stackChange } from "./stack-change.ts";
import { Progress, type StackContext } from "./stack-context.ts";
import { restoreSysctls, writeSysctls, writeSysctlsOfNewLinks } from "./sysctls.ts";

/** All or nothing: what was done of a change that fails is undone by the reverse change. */
export async function applyStack(context: StackContext, change: HandlerChange<StackResource>): Promise<void> {
  const done = new Progress();
  try {
    await run(context, stackChange(change), done);
  } catch (error) {
    try {
      // Adding what is still there does no harm, so all that may have gone with a link is added again.
      const add = done.linksLeft ? change.remove : done.remove;
      await run(context, stackChange({ remove: done.add, add }), new Progress());
    } catch (undoing) {
      const message = error instanceof Error ? error.message : String(error);
      throw new AggregateError([error, undoing], `${message}, and undoing it failed too: something may be left`, {
        cause: error,
      });
    }
    throw error;
  }
}

async function run(context: StackContext, change: StackChange, done: Progress): Promise<void> {
  const { namespaces, parents, links, addresses, routes, sysctls } = change;
  const [replaced, removed] = split(links.remove, ({ key }) => links.make.some((link) => link.key === key));
  const [early, late] = split(sysctls.make, (sysctl) => !isOf(links.make, interfaceOf(sysctl)));

  // What there is nothing of is not begun: most changes are of a few things only.
  if (parents.length > 0) requireParents(context.pool.host, parents);
  if (namespaces.make.length > 0) await makeNamespaces(context, namespaces.make, done);
  if (early.length + sysctls.alter.length > 0) await writeSysctls(context, early, sysctls.alter, done);
  done.linksLeft ||= replaced.length > 0;
  if (replaced.length > 0) await removeLinks(context, replaced);
  if (links.make.length > 0) await makeLinks(context, links.make, done);
  if (late.length > 0) await writeSysctlsOfNewLinks(context, late);
  if (done.portless.size > 0) await startQuietly(context, addresses.make, done);
  await settle(context, { links, addresses, routes }, done);
  if (done.portless.size > 0) await becomePorts(context, addresses.make, done);
  for (const address of addresses.make) if (address.announce !== undefined) context.announce(address);

  done.linksLeft ||= removed.length > 0;
  if (removed.length > 0) await removeLinks(context, removed);
  if (sysctls.remove.length > 0) await restoreSysctls(context, sysctls.remove, done);
  if (namespaces.remove.length > 0) await deleteNamespaces(context, namespaces.remove, done);
}

const isOf = (links: readonly LinkResource[], name: string | undefined): boolean =>
  name !== undefined && links.some((link) => link.name === name || link.peer?.name === name);

function split<R>(resources: readonly R[], first: (resource: R) => boolean): readonly [readonly R[], readonly R[]] {
  return [resources.filter(first), resources.filter((resource) => !first(resource))];
}
