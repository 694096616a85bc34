/** In the order of first appearance; undefined is the host's. */
export function byNamespace<R extends { readonly netns?: string }>(
  resources: readonly R[],
): ReadonlyMap<string | undefined, readonly R[]> {
  const groups = new Map<string | undefined, R[]>();
  for (const resource of resources) {
    const group = groups.get(resource.netns);
    if (group === undefined) groups.set(resource.netns, [resource]);
    else group.push(resource);
  }
  return groups;
}
