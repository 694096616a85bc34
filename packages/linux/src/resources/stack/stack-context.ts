import type { Libc } from "../../ffi/libc.ts";
import type { NamespacePool } from "../../netns/namespace-pool.ts";
import type { AddressResource, LinkResource } from "../resource.ts";
import type { LinkIndexes } from "./link-indexes.ts";
import type { LinkRemover } from "./link-remover.ts";
import type { QuietStarts } from "./quiet-starts.ts";
import type { StackResource } from "./stack-change.ts";

export interface StackContext {
  readonly libc: Libc;
  readonly pool: NamespacePool;
  readonly remover: LinkRemover;
  readonly indexes: LinkIndexes;
  readonly quiet: QuietStarts;
  /** Nothing is under way that the kernel would have others wait for. */
  readonly isCalm: () => boolean;
  /** Tells the neighbours of a new address, beside all else. */
  announce(address: AddressResource): void;
  /** Ends announcements in a namespace that goes. */
  silence(netns: string): void;
}

/** What has been done so far of a change: what undoing has to reverse. */
export class Progress {
  readonly add: StackResource[] = [];
  readonly remove: StackResource[] = [];
  /** Links have been deleted, and with them what was on them. */
  linksLeft = false;
  /** Veths of which this end needs nothing more. */
  readonly finished = new Set<LinkResource>();
  /** Veths that are to become ports yet, and their numbers. */
  readonly portless = new Map<LinkResource, number>();
  readonly #indexes = new Map<string, number>();

  /** The number that the other end of a veth was made with. */
  noteIndex(netns: string, name: string, index: number): void {
    this.#indexes.set(`${netns} ${name}`, index);
  }

  indexOf(netns: string | undefined, name: string): number | undefined {
    return netns === undefined ? undefined : this.#indexes.get(`${netns} ${name}`);
  }

  altered({ from, to }: { readonly from: StackResource; readonly to: StackResource }): void {
    this.remove.push(from);
    this.add.push(to);
  }
}
