import type { WindowsResource } from "./resource.ts";

/** A resource with the key that its other fields make. */
export const keyed = <const R extends Pick<WindowsResource, "kind" | "id">>(
  resource: R,
): R & { readonly key: string } => ({
  ...resource,
  key: `${resource.kind} ${resource.id}`,
});
