import { lacks } from "./covers.ts";
import type { WindowsResource } from "./resource.ts";

/** What differs, as far as HNS shows; undefined: nothing. */
export function difference(wanted: WindowsResource, found: WindowsResource): string | undefined {
  // What somebody else made is taken as it is.
  if (wanted.kind === "hcn-network" && wanted.adopt === true) return undefined;
  if (wanted.kind === "hcn-endpoint" && found.kind === "hcn-endpoint" && wanted.namespace !== found.namespace) {
    return `it is in ${found.namespace ?? "no namespace"}, not in ${wanted.namespace ?? "none"}`;
  }
  return lacks({ ...wanted.document }, { ...found.document });
}
