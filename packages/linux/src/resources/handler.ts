import type { CallOptions, Drift } from "@cnm/core";
import type { LinuxResource, LinuxResourceKind } from "./resource.ts";

/**
 * Makes, removes and reads back some kinds of resources. The engine gives each handler its part of a change.
 * Handlers hold sockets but no state about the host: the host is asked.
 */
export interface ResourceHandler<R extends LinuxResource = LinuxResource> {
  readonly kinds: readonly R["kind"][];

  /**
   * All or nothing: after a failure, what it had done is undone and the error thrown (AggregateError if undoing failed
   * too). Adding what is there as asked and removing what is gone are no errors. A key in both lists is changed in place
   * where the kernel can, so that traffic does not stop.
   */
  apply(change: HandlerChange<R>, options?: CallOptions): Promise<void>;

  /**
   * What of ours is there. `wanted`: resources that are expected, with which foreign things (adopted links, sysctls,
   * addresses in foreign namespaces) are looked up; absent namespaces and links are simply not reported.
   */
  observe(scope: HandlerScope<R>, options?: CallOptions): Promise<readonly R[]>;

  /** Undefined = equal. Absent: every field but `owner` and `shared` has to be equal. */
  difference?(wanted: R, found: R): string | undefined;

  /** Reports what may be drift of its kinds, until disposed. */
  watch?(onDrift: (drift: Drift) => void): Disposable;

  /** Effects that leave no object behind are not observable, and never drift. Default: true. */
  readonly observable?: boolean;

  close(): Promise<void>;
}

export interface HandlerChange<R extends LinuxResource> {
  readonly remove: readonly R[];
  readonly add: readonly R[];
}

export interface HandlerScope<R extends LinuxResource> {
  /** Report only what belongs to these owners (formatOwner texts); absent: everything of ours. */
  readonly owners?: ReadonlySet<string>;
  readonly wanted: readonly R[];
  /** What is to go, looked for like what is wanted. See the platform's `observe`. */
  readonly departing: readonly R[];
  /** Where something may be left that nobody wants any more. */
  readonly namespaces: readonly string[];
}

export type ResourceOf<K extends LinuxResourceKind> = Extract<LinuxResource, { readonly kind: K }>;
