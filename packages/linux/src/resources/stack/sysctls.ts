import { CnmError } from "@cnm/core";
import { ensureSysctl, readSysctl, writeSysctl } from "../../netns/sysctl.ts";
import type { SysctlResource } from "../resource.ts";
import { byNamespace } from "./by-namespace.ts";
import type { Alteration } from "./stack-change.ts";
import type { Progress, StackContext } from "./stack-context.ts";

export async function writeSysctls(
  context: StackContext,
  make: readonly SysctlResource[],
  alter: readonly Alteration<SysctlResource>[],
  done: Progress,
): Promise<void> {
  const write = async (resource: SysctlResource): Promise<boolean> =>
    context.pool.use(resource.netns, async ({ namespace }) => {
      const written = ensureSysctl(namespace, resource.name, resource.value);
      if (written !== undefined) return written;
      if (resource.optional === true) return false;
      const place = resource.netns === undefined ? "on this host" : `in ${resource.netns}`;
      throw new CnmError("unsupported", "no-such-sysctl", `there is no sysctl ${resource.name} ${place}`);
    });
  for (const resource of make) {
    if (await write(resource)) done.add.push(resource);
  }
  for (const { from, to } of alter) {
    if (await write(to)) done.altered({ from, to });
  }
}

/** Puts the old value back where there is one, unless somebody else has set another since. */
export async function restoreSysctls(
  context: StackContext,
  resources: readonly SysctlResource[],
  done: Progress,
): Promise<void> {
  for (const [netns, group] of byNamespace(resources.filter(({ restore }) => restore !== undefined))) {
    await context.pool.useIfThere(netns, async ({ namespace }) => {
      for (const resource of group) {
        const { name, value, restore } = resource;
        if (restore === undefined || restore === value || readSysctl(namespace, name) !== value) continue;
        if (writeSysctl(namespace, name, restore)) done.remove.push(resource);
      }
    });
  }
}
