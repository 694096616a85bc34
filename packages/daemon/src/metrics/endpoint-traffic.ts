import { CnmError, type Controller } from "@cnm/core";

export interface EndpointTraffic {
  readonly sandbox: string;
  readonly network: string;
  readonly rxBytes: number;
  readonly txBytes: number;
}

/** What each endpoint's interface has taken in and sent out. Sandboxes that go meanwhile are left out. */
export async function endpointTraffic(
  cnm: Pick<Controller, "sandboxes" | "network">,
): Promise<readonly EndpointTraffic[]> {
  const all: EndpointTraffic[] = [];
  for (const handle of await cnm.sandboxes()) {
    try {
      const endpoints = await handle.endpoints();
      if (endpoints.length === 0) continue;
      const found = new Map((await handle.statistics()).map((row) => [row.interfaceName, row]));
      for (const endpoint of endpoints) {
        const { interfaceName, networkId } = await endpoint.info();
        const row = found.get(interfaceName);
        if (row === undefined) continue;
        const { name } = await cnm.network(networkId);
        all.push({ sandbox: handle.name, network: name, rxBytes: row.rxBytes, txBytes: row.txBytes });
      }
    } catch (error) {
      if (!(error instanceof CnmError) || error.kind !== "not-found") throw error;
    }
  }
  return all;
}
