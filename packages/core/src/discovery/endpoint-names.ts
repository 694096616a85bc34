import type { Endpoint } from "../model/endpoint.ts";
import { shortId } from "../model/ids.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { NameEntry, ServicePort } from "./name-entry.ts";

/** Docker's names of a container: its own, its aliases on the network, its short id, and its host name. */
export function endpointNames(endpoint: Endpoint, sandbox: Sandbox): NameEntry {
  const { hostname } = sandbox;
  const names = [
    endpoint.name,
    sandbox.name,
    ...endpoint.aliases,
    shortId(sandbox.id),
    ...(hostname === undefined ? [] : [hostname]),
  ];
  return {
    id: endpoint.id,
    networkId: endpoint.networkId,
    names: [...new Set(names)],
    addresses: endpoint.addresses.map(({ address }) => withoutLength(address)),
    ports: portsOf(endpoint),
  };
}

const NO_PORTS: readonly ServicePort[] = [];

/** Inside the network, a published port is reached where the sandbox listens. */
function portsOf({ ports, exposed }: Endpoint): readonly ServicePort[] {
  if (ports.length === 0 && exposed.length === 0) return NO_PORTS;
  const published = ports.map(({ protocol, targetPort }) => ({ protocol, port: targetPort }));
  const all = [...published, ...exposed].map((one) => [`${one.protocol}/${one.port}`, one] as const);
  return [...new Map(all).values()];
}

function withoutLength(address: string): string {
  const slash = address.indexOf("/");
  return slash < 0 ? address : address.slice(0, slash);
}
