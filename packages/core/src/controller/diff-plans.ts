import { isDeepStrictEqual } from "node:util";
import type { Change, Resource } from "../model/resource.ts";

/** The step from one plan to another. What is the same in both is left alone. */
export function diffPlans(before: readonly Resource[], after: readonly Resource[]): Change {
  const wanted = byKey(after);
  if (before.length === 0) return { remove: [], add: wanted.size === after.length ? after : [...wanted.values()] };
  const old = byKey(before);
  const differs = (resource: Resource, others: ReadonlyMap<string, Resource>) => {
    const other = others.get(resource.key);
    return other === undefined || !isDeepStrictEqual(resource, other);
  };
  return {
    remove: [...old.values()].filter((resource) => differs(resource, wanted)),
    add: [...wanted.values()].filter((resource) => differs(resource, old)),
  };
}

/** The step back. */
export const reverse = ({ remove, add }: Change): Change => ({ remove: add, add: remove });

export const isEmpty = ({ remove, add }: Change): boolean => remove.length === 0 && add.length === 0;

function byKey(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  const found = new Map<string, Resource>();
  for (const resource of resources) found.set(resource.key, resource);
  return found;
}
