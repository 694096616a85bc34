import type { Member } from "./model.ts";

export interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

/** "80/tcp" → where it is published; null for a port that is only exposed. */
export function portMapJson(members: readonly Member[]): Readonly<Record<string, readonly PortBinding[] | null>> {
  const map = new Map<string, PortBinding[] | null>();
  for (const { endpoint } of members) {
    for (const { port, protocol } of endpoint.exposed) {
      const key = `${port}/${protocol}`;
      map.set(key, map.get(key) ?? null);
    }
    for (const { targetPort, protocol, hostAddress, hostPort } of endpoint.ports) {
      const key = `${targetPort}/${protocol}`;
      const bindings = map.get(key) ?? [];
      map.set(key, bindings);
      bindings.push({ HostIp: hostAddress, HostPort: String(hostPort) });
    }
  }
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export interface PortJson {
  readonly IP?: string;
  readonly PrivatePort: number;
  readonly PublicPort?: number;
  readonly Type: string;
}

/** The same in a list, as `GET /containers/json` has it. */
export function portListJson(members: readonly Member[]): readonly PortJson[] {
  return Object.entries(portMapJson(members)).flatMap(([key, bindings]) => {
    const [port, Type = "tcp"] = key.split("/");
    const PrivatePort = Number(port);
    if (bindings === null) return [{ PrivatePort, Type }];
    return bindings.map(({ HostIp, HostPort }) => ({ IP: HostIp, PrivatePort, PublicPort: Number(HostPort), Type }));
  });
}
