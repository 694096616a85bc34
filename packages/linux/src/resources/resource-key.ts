import type { LinuxResource, LinuxResourceKind } from "./resource.ts";

type Keyless<K extends LinuxResourceKind> = K extends unknown
  ? Omit<Extract<LinuxResource, { readonly kind: K }>, "key">
  : never;

/** A resource as it is planned or read back, before it has its key. */
export type KeylessResource = Keyless<LinuxResourceKind>;

/** Plans and what is read from the host meet by these keys: so they come from here only. */
export function keyed<R extends KeylessResource>(resource: R): R & { readonly key: string } {
  return { ...resource, key: resourceKey(resource) };
}

/**
 * What names the object on the host, after its kind. A route's link is not part of its name: another way to the same
 * destination is a change in place, without a moment in which there is none.
 */
export function resourceKey(resource: KeylessResource): string {
  return [resource.kind, ...names(resource)].join(" ");
}

function names(resource: KeylessResource): readonly (string | number)[] {
  switch (resource.kind) {
    case "netns":
      return [resource.path];
    case "link":
      return [resource.name, ...inside(resource)];
    case "address":
      return [resource.link, resource.address, ...inside(resource)];
    case "route":
      return [
        resource.destination,
        ...(resource.metric === undefined ? [] : ["metric", resource.metric]),
        ...inside(resource),
      ];
    case "sysctl":
      return [resource.name, ...inside(resource)];
    case "nft-table":
      return [resource.table];
    case "nft-element":
      return [resource.table, resource.set, ...resource.fields];
    case "iptables-chains":
      return [resource.family];
    case "iptables-rule":
      return [resource.family, resource.table, resource.chain, ...resource.rule];
    case "port":
      return [resource.protocol, resource.address, resource.port];
    case "forwarder":
      return [resource.protocol, resource.address, resource.port];
    case "flows":
      return [resource.protocol, resource.hostAddress, resource.hostPort, resource.target, resource.targetPort];
  }
}

const inside = ({ netns }: { readonly netns?: string }): readonly string[] =>
  netns === undefined ? [] : ["in", netns];
