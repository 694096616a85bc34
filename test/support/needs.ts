import type { Features } from "@cnm/core";

/**
 * The features that a test file needs, by its folder: "test/kernel/macvlan+vlan/…" needs macvlan and vlan. None outside of
 * test/kernel/. Throws for a file that lies there directly.
 */
export function needsOf(path: string): readonly string[] {
  const [, folder] = /\/test\/kernel\/([^/]+\/)?[^/]+/.exec(path) ?? [];
  if (folder !== undefined) return folder.slice(0, -1).split("+");
  if (!path.includes("/test/kernel/")) return [];
  throw new Error(`${path} belongs in a folder that is named after the features it needs`);
}

/** Why this kernel cannot run the file; undefined: it can. Throws for a name that no feature has. */
export function reasonAgainst(path: string, features: Features): string | undefined {
  const reasons = needsOf(path).flatMap((name) => {
    const feature = features[name];
    if (feature === undefined) throw new Error(`${path}: there is no feature "${name}"`);
    return feature.available ? [] : [`${name} ${feature.reason}`];
  });
  return reasons.length === 0 ? undefined : reasons.join("; ");
}
