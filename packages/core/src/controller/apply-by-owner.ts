import type { CallOptions, Platform } from "../contracts/platform.ts";
import { formatOwner, type OwnerRef } from "../model/owner.ts";
import type { Change, Resource } from "../model/resource.ts";

/** Owners whose part of a change failed, by their tag. */
export type Failures = ReadonlyMap<string, unknown>;

/**
 * Applies a change as a whole, or, if that fails, each owner's part by itself, so that one broken object does not keep
 * all others from being mended.
 */
export async function applyByOwner(platform: Platform, change: Change, options: CallOptions): Promise<Failures> {
  try {
    await platform.apply(change, options);
    return new Map();
  } catch (error) {
    options.signal?.throwIfAborted();
    const parts = partsOf(change);
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return new Map([[only.owner, error]]);
    return await applyParts(platform, parts, options);
  }
}

interface Part {
  readonly owner: string;
  readonly change: Change;
}

async function applyParts(platform: Platform, parts: readonly Part[], options: CallOptions): Promise<Failures> {
  const failures = new Map<string, unknown>();
  for (const { owner, change } of parts) {
    try {
      await platform.apply(change, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.set(owner, error);
    }
  }
  return failures;
}

const ORDER: readonly OwnerRef["kind"][] = ["host", "network", "sandbox", "endpoint", "service"];

/** Those that only lose something first; then in the order in which things stand on each other. */
function partsOf({ remove, add }: Change): readonly Part[] {
  const newOwners = new Map(add.map((resource) => [resource.key, resource.owner]));
  const parts = new Map<string, { readonly owner: OwnerRef; readonly remove: Resource[]; readonly add: Resource[] }>();
  const partOf = (owner: OwnerRef) => {
    const part = parts.get(formatOwner(owner)) ?? { owner, remove: [], add: [] };
    parts.set(formatOwner(owner), part);
    return part;
  };
  for (const resource of add) partOf(resource.owner).add.push(resource);
  // An object that passes from one owner to another is changed in place, for its new owner.
  for (const resource of remove) partOf(newOwners.get(resource.key) ?? resource.owner).remove.push(resource);
  const rank = ({ add: added, owner }: { readonly add: readonly Resource[]; readonly owner: OwnerRef }) =>
    added.length === 0 ? -1 - ORDER.indexOf(owner.kind) : 1 + ORDER.indexOf(owner.kind);
  return [...parts.values()]
    .sort((a, b) => rank(a) - rank(b))
    .map((part) => ({ owner: formatOwner(part.owner), change: { remove: part.remove, add: part.add } }));
}
