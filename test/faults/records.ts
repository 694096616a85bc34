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
  const networks = await infos(await controller.networks());
  const sandboxes = await infos(await controller.sandboxes());
  const endpoints: Attached[] = [];
  for (const handle of await controller.sandboxes()) {
    const sandbox = await handle.info();
    for (const endpoint of await infos(await handle.endpoints())) {
      const network = networks.find(({ id }) => id === endpoint.networkId);
      if (network === undefined)
        throw new Error(`endpoint ${endpoint.id} is on network ${endpoint.networkId}, not there`);
      endpoints.push({ endpoint, network, sandbox });
    }
  }
  return { networks, sandboxes, endpoints, services: await infos(await controller.services()) };
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
export const bridgeOf = ({ id }: Network): string => `br-${id.slice(0, 12)}`;
export const vethOf = ({ id }: Endpoint): string => `veth${id.slice(0, 7)}`;
