import type { Libc } from "../../ffi/libc.ts";
import type { NamespacePool } from "../../netns/namespace-pool.ts";
import type { AddressResource } from "../resource.ts";
import type { LinkRemover } from "./link-remover.ts";
import type { StackResource } from "./stack-change.ts";

export interface StackContext {
  readonly libc: Libc;
  readonly pool: NamespacePool;
  readonly remover: LinkRemover;
  /** Tells the neighbours of a new address; resolves when that is under way. */
  announce(address: AddressResource): void;
}

/** What has been done so far of a change: what undoing has to reverse. */
export class Progress {
  readonly add: StackResource[] = [];
  readonly remove: StackResource[] = [];
  /** Links have been deleted, and with them what was on them. */
  linksLeft = false;

  altered({ from, to }: { readonly from: StackResource; readonly to: StackResource }): void {
    this.remove.push(from);
    this.add.push(to);
  }
}
