import type { Platform } from "../contracts/platform.ts";
import type { Change, Resource } from "../model/resource.ts";

/** One host object that is not as it should be. */
export type Difference =
  | { readonly type: "missing"; readonly wanted: Resource }
  | { readonly type: "changed"; readonly wanted: Resource; readonly found: Resource; readonly detail: string }
  | { readonly type: "unexpected"; readonly found: Resource };

/** What should be, against what is. */
export function compareState(
  platform: Pick<Platform, "observable" | "difference">,
  wanted: readonly Resource[],
  observed: readonly Resource[],
): readonly Difference[] {
  const found = new Map(observed.map((resource) => [resource.key, resource]));
  const expected = new Set(wanted.map(({ key }) => key));
  return [
    ...wanted.flatMap((resource) => compareOne(platform, resource, found.get(resource.key))),
    ...observed
      .filter(({ key }) => !expected.has(key))
      .map((resource): Difference => ({ type: "unexpected", found: resource })),
  ];
}

/** The change of the host that ends the differences. */
export function changeOf(differences: readonly Difference[]): Change {
  return {
    remove: differences.flatMap((difference) => ("found" in difference ? [difference.found] : [])),
    add: differences.flatMap((difference) => ("wanted" in difference ? [difference.wanted] : [])),
  };
}

function compareOne(
  platform: Pick<Platform, "observable" | "difference">,
  wanted: Resource,
  found: Resource | undefined,
): readonly Difference[] {
  if (found === undefined) return platform.observable(wanted) ? [{ type: "missing", wanted }] : [];
  const detail = platform.difference(wanted, found);
  return detail === undefined ? [] : [{ type: "changed", wanted, found, detail }];
}
