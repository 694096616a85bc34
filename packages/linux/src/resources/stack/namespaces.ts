import { CnmError } from "@cnm/core";
import { isPinned } from "../../netns/open-namespace.ts";
import { createNamespace, deleteNamespace } from "../../netns/pin.ts";
import { setLink } from "../../route/link/set-link.ts";
import type { NetnsResource } from "../resource.ts";
import type { Progress, StackContext } from "./stack-context.ts";

/** Makes namespaces, with loopback up. One that is there already is as good, once its loopback is up. */
export async function makeNamespaces(
  context: StackContext,
  namespaces: readonly NetnsResource[],
  done: Progress,
): Promise<void> {
  for (const resource of namespaces) {
    if (create(context, resource.path)) {
      // Of another one that was there, and went otherwise.
      await context.remover.forget(resource.path);
      done.add.push(resource);
      continue;
    }
    await context.pool.use(resource.path, async (handle) => {
      const [outcome] = await handle.route().execute([setLink("lo", { up: true })]);
      if (outcome !== undefined) throw outcome;
    });
  }
}

/** False: there is one. An empty file, which a killed process leaves, is none. */
function create({ libc }: StackContext, path: string): boolean {
  try {
    createNamespace(libc, path).close();
    return true;
  } catch (error) {
    if (!(error instanceof CnmError) || error.code !== "namespace-exists") throw error;
    if (isPinned(path)) return false;
    deleteNamespace(libc, path);
    createNamespace(libc, path).close();
    return true;
  }
}

export async function deleteNamespaces(
  context: StackContext,
  namespaces: readonly NetnsResource[],
  done: Progress,
): Promise<void> {
  for (const resource of namespaces) {
    context.silence(resource.path);
    await context.quiet.end(resource.path);
    await context.remover.forget(resource.path);
    await context.pool.forget(resource.path);
    deleteNamespace(context.libc, resource.path);
    done.remove.push(resource);
  }
}
