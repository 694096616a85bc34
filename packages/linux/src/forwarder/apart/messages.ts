import type { HeldPort } from "@cnm/core";
import type { ForwarderResource } from "../../resources/resource.ts";

/** Both ends have to be of the same; "hello" and "end" mean the same in all. */
export const VERSION = 1;

/** Each gets one {@link Reply}, in their order. */
export type Request =
  | { readonly do: "hello" }
  /** With the descriptor of the socket that holds the port. */
  | { readonly do: "start"; readonly resource: ForwarderResource; readonly held: HeldPort }
  | { readonly do: "stop"; readonly key: string }
  | { readonly do: "list"; readonly from: number }
  /** A descriptor comes with the reply, if there is such a socket. */
  | { readonly do: "socket"; readonly port: HeldPort }
  /** The reply is the end of the connection. */
  | { readonly do: "end" };

export interface Reply {
  /** Why it has not been done. */
  readonly error?: string;
  readonly version?: number;
  /** How many are carried still. */
  readonly left?: number;
  /** As many as fit; `more`: ask on from behind them. */
  readonly resources?: readonly ForwarderResource[];
  readonly more?: boolean;
}

/** Both ends are ours, and of the same version: what they say is what they mean. */
export const asReply = (value: unknown): Reply => value as Reply;
export const asRequest = (value: unknown): Request => value as Request;
