import { CnmError } from "@cnm/core";
import { ensureSysctl, ensureSysctlAside, readSysctl, writeSysctl } from "../../netns/sysctl.ts";
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
  for (const resource of make) {
    if (await write(context, resource, ensureSysctl)) done.add.push(resource);
  }
  for (const { from, to } of alter) {
    if (await write(context, to, ensureSysctl)) done.altered({ from, to });
  }
}

/** Nobody has set anything of these links yet, so nobody looks; and what is set goes with them. */
export async function writeSysctlsOfNewLinks(
  context: StackContext,
  resources: readonly SysctlResource[],
): Promise<void> {
  for (const resource of resources) await write(context, resource, (...given) => writeSysctl(...given) || undefined);
}

/**
 * The kernel changes them under the lock that whatever is done to links needs too, and has whoever finds that taken try again
 * at once, and again: up to 19 ms were seen while others made links.
 */
const UNDER_THE_LOCK_OF_LINKS =
  /\/(disable_ipv6|forwarding|mc_forwarding|proxy_ndp|addr_gen_mode|stable_secret|disable_policy|ip_forward)$/;

const mayTakeLong = ({ isCalm }: StackContext, name: string): boolean =>
  UNDER_THE_LOCK_OF_LINKS.test(name) && !isCalm();

/** Whether it was written. */
async function write(
  context: StackContext,
  { name, value, netns, optional }: SysctlResource,
  access: typeof ensureSysctl,
): Promise<boolean> {
  const put = mayTakeLong(context, name) ? ensureSysctlAside : access;
  const written = await context.pool.use(netns, async ({ namespace }) => put(namespace, name, value));
  if (written !== undefined) return written;
  if (optional === true) return false;
  const place = netns === undefined ? "on this host" : `in ${netns}`;
  throw new CnmError("unsupported", "no-such-sysctl", `there is no sysctl ${name} ${place}`);
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
        const put = mayTakeLong(context, name) ? ensureSysctlAside : writeSysctl;
        if (await put(namespace, name, restore)) done.remove.push(resource);
      }
    });
  }
}
