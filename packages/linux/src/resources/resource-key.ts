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
  switch (resource.kind) {
    case "netns":
      return `netns ${resource.path}`;
    case "link":
      return `link ${resource.name}${inside(resource)}`;
    case "parent":
      return `parent ${resource.name}`;
    case "address":
      return `address ${resource.link} ${resource.address}${inside(resource)}`;
    case "route":
      return `route ${resource.destination}${metric(resource)}${inside(resource)}`;
    case "sysctl":
      return `sysctl ${resource.name}${inside(resource)}`;
    case "nft-table":
      return `nft-table ${resource.table}`;
    case "nft-element":
      return `nft-element ${resource.table} ${resource.set} ${resource.fields.join(" ")}`;
    case "iptables-chains":
      return `iptables-chains ${resource.family}`;
    case "iptables-rule":
      return `iptables-rule ${resource.family} ${resource.table} ${resource.chain} ${resource.rule.join(" ")}`;
    case "port":
    case "forwarder":
      return `${resource.kind} ${resource.protocol} ${resource.address} ${resource.port}`;
    case "nft-service":
    case "ipvs-service":
      return `${resource.kind} ${resource.protocol} ${resource.address} ${resource.port}${inside(resource)}`;
    case "flows": {
      const { protocol, hostAddress, hostPort, target, targetPort } = resource;
      return `flows ${protocol} ${hostAddress} ${hostPort} ${target} ${targetPort}`;
    }
  }
}

const inside = ({ netns }: { readonly netns?: string }): string => (netns === undefined ? "" : ` in ${netns}`);

const metric = ({ metric: number }: { readonly metric?: number }): string =>
  number === undefined ? "" : ` metric ${number}`;
