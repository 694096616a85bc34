import type { Request } from "../../netlink/message.ts";
import type { NetlinkError } from "../../netlink/netlink-error.ts";
import type { NamespaceHandle } from "../../netns/namespace-pool.ts";

/** One request, what it does to the plan when it succeeds, and which refusals mean that there is nothing to do. */
export interface Operation {
  readonly request: Request;
  readonly fine?: readonly number[];
  done?(): void;
  /** A refusal that has to be looked into. Resolves when that settled it. */
  rescue?(error: NetlinkError): Promise<void>;
}

/** What is to be done in one namespace. */
export interface Part {
  readonly netns: string | undefined;
  /** Something is made there; where only removals are left, it may be gone. */
  making: boolean;
  /** In their order. They are looked into when the namespace is open. */
  readonly operations: ((handle: NamespaceHandle) => Operation)[];
}

export type Add = (netns: string | undefined, making: boolean, operation: Part["operations"][number]) => void;
