import type { Controller, Endpoint, Network, Sandbox, Service } from "@cnm/core";

/** What the controller says there is. */
export interface Records {
  readonly networks: readonly Network[];
  readonly sandboxes: readonly Sandbox[];
  readonly endpoints: readonly Attached[];
  readonly services: readonly Service[];
}

/** An endpoint with both its ends. */
export interface Attached {
  readonly endpoint: Endpoint;
  readonly network: Network;
  readonly sandbox: Sandbox;
}

export async function readRecords(controller: Controller): Promise<Records> {
  const sandboxes = await controller.sandboxes();
  const endpoints = await Promise.all(sandboxes.map((sandbox) => sandbox.endpoints()));
  return attach({
    networks: await infos(await controller.networks()),
    sandboxes: await infos(sandboxes),
    endpoints: await infos(endpoints.flat()),
    services: await infos(await controller.services()),
  });
}

/** @throws Error for an endpoint that is nowhere */
export function attach({
  endpoints,
  ...others
}: Omit<Records, "endpoints"> & { readonly endpoints: readonly Endpoint[] }): Records {
  const find = <T extends { readonly id: string }>(all: readonly T[], id: string, endpoint: Endpoint): T => {
    const found = all.find((one) => one.id === id);
    if (found === undefined) throw new Error(`endpoint ${endpoint.id} has to do with ${id}, which is not there`);
    return found;
  };
  return {
    ...others,
    endpoints: endpoints.map((endpoint) => ({
      endpoint,
      network: find(others.networks, endpoint.networkId, endpoint),
      sandbox: find(others.sandboxes, endpoint.sandboxId, endpoint),
    })),
  };
}

export const NOTHING: Records = { networks: [], sandboxes: [], endpoints: [], services: [] };

const infos = <T>(handles: readonly { info(): Promise<T> }[]): Promise<readonly T[]> =>
  Promise.all(handles.map((handle) => handle.info()));

/** Without the prefix length. */
export const bare = (address: string): string => address.slice(0, address.indexOf("/"));

export function addressOf({ addresses }: Endpoint, family: 4 | 6): string | undefined {
  const found = addresses.find((one) => one.family === family)?.address;
  return found === undefined ? undefined : bare(found);
}

/** Names that the host's objects must have: written down here a second time, not asked of the code under test. */
export const bridgeOf = ({ id, options }: Network): string =>
  options["com.docker.network.bridge.name"] ?? `br-${id.slice(0, 12)}`;
export const vethOf = ({ id }: Endpoint): string => `veth${id.slice(0, 7)}`;

/** A further bridge of a network, and who is on it. */
export interface Segment {
  readonly network: Network;
  /** The file of its namespace. */
  readonly pin: string;
  readonly bridge: string;
  /** The link to the first bridge: the end on the host, and the one beside the bridge. */
  readonly port: string;
  readonly uplink: string;
  readonly endpoints: readonly Endpoint[];
}

export function segmentsOf({ endpoints }: Records): readonly Segment[] {
  const found = new Map<string, Segment>();
  for (const { endpoint, network } of endpoints) {
    if (endpoint.segment === undefined) continue;
    const [pin, short] = [12, 8].map((length) => `${network.id.slice(0, length)}.${endpoint.segment}`);
    if (pin === undefined) continue;
    const others = found.get(pin)?.endpoints ?? [];
    const names = { pin, bridge: `br-${short}`, port: `sg-${short}`, uplink: `up-${short}` };
    found.set(pin, { network, ...names, endpoints: [...others, endpoint] });
  }
  return [...found.values()];
}
