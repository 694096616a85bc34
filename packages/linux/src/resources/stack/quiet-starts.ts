import { setTimeout as sleep } from "node:timers/promises";
import type { Libc } from "../../ffi/libc.ts";
import type { NamespaceHandle, NamespacePool } from "../../netns/namespace-pool.ts";
import { writeSysctl } from "../../netns/sysctl.ts";
import { ipBytes } from "../../route/ip-bytes.ts";
import { IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, IPV6_DROP_MEMBERSHIP } from "../../sockets/constants.ts";

/** Milliseconds. By then the kernel has long joined the groups of the new addresses itself. */
const LASTS = 2_000;
/** Values of force_mld_version. */
const VERSION_1 = "1";
const AS_ASKED = "0";

export interface QuietStart {
  readonly netns: string;
  readonly link: string;
  readonly groups: readonly string[];
}

/**
 * Interfaces of which nobody shall hear what the kernel tells of new IPv6 addresses: the groups that they listen to (MLD), some
 * milliseconds later and to all. So these groups are joined beforehand, while the interface is down; the kernel reports them
 * the moment that it comes up, when no bridge is behind it yet, and the addresses, when they come, join what has been joined
 * already. Only in version 1 are reports sent at once, so for the time being that is what the interface speaks.
 */
export class QuietStarts {
  readonly #libc: Libc;
  readonly #pool: NamespacePool;
  readonly #running = new Set<Running>();

  constructor(libc: Libc, pool: NamespacePool) {
    this.#libc = libc;
    this.#pool = pool;
  }

  /** Where the kernel lacks what it takes, neighbours hear more than they have to, and that is all. */
  async begin(start: QuietStart): Promise<void> {
    await this.#pool.use(start.netns, async (handle) => this.#join(handle, start));
    const controller = new AbortController();
    const ended = this.#pool.useIfThere(start.netns, async (handle) => {
      // The wait keeps no process alive.
      await sleep(LASTS, undefined, { signal: controller.signal, ref: false }).catch(() => undefined);
      this.#leave(handle, start);
    });
    const one: Running = { netns: start.netns, controller, ended };
    this.#running.add(one);
    ended.catch(() => undefined).finally(() => this.#running.delete(one));
  }

  /** What has begun in this namespace, or anywhere, is over once it resolves. */
  async end(netns?: string): Promise<void> {
    const ending = [...this.#running].filter((one) => netns === undefined || one.netns === netns);
    for (const { controller } of ending) controller.abort();
    await Promise.all(ending.map(({ ended }) => ended));
  }

  #join(handle: NamespaceHandle, { link, groups }: QuietStart): void {
    if (!writeSysctl(handle.namespace, versionOf(link), VERSION_1)) return;
    this.#ask(IPV6_ADD_MEMBERSHIP, handle, link, groups);
  }

  #leave(handle: NamespaceHandle, { link, groups }: QuietStart): void {
    this.#ask(IPV6_DROP_MEMBERSHIP, handle, link, groups);
    writeSysctl(handle.namespace, versionOf(link), AS_ASKED);
  }

  #ask(option: number, handle: NamespaceHandle, link: string, groups: readonly string[]): void {
    const index = handle.route().interfaceIndex(link);
    if (index === undefined) return;
    for (const group of groups) {
      const membership = membershipOf(group, index);
      this.#libc.setsockopt(handle.groups(), IPPROTO_IPV6, option, membership, membership.length);
    }
  }
}

interface Running {
  readonly netns: string;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

const versionOf = (link: string): string => `net/ipv6/conf/${link}/force_mld_version`;

/** struct ipv6_mreq */
function membershipOf(group: string, index: number): Uint8Array {
  const bytes = new Uint8Array(20);
  bytes.set(ipBytes(group));
  new DataView(bytes.buffer).setInt32(16, index, true);
  return bytes;
}
