import type { CallOptions } from "@cnm/core";
import type { Guid } from "../hcn/guid.ts";
import type { HcnClient } from "../hcn/hcn-client.ts";
import { type HnsVersion, hnsVersion } from "../hcn/hns-version.ts";
import { NetworkFlags } from "../hcn/network.ts";
import { modifyEndpoint, modifyLoadBalancer, modifyNamespace, modifyNetwork } from "./fake/fake-modify.ts";
import type { FakeObjects } from "./fake/fake-objects.ts";
import { FakeState } from "./fake/fake-state.ts";

export interface FakeHcnOptions {
  /** Default: 15.5. */
  readonly version?: HnsVersion;
  /** Names of the adapters that external networks can be made on. Default: one, "Ethernet". */
  readonly adapters?: readonly string[];
}

/** HNS in memory: for tests of what is built on the client. */
export interface FakeHcn extends HcnClient {
  /** The next call of this function ("HcnCreateEndpoint") fails with this HRESULT. */
  failNext(functionName: string, hresult: number): void;
  /** As when the service is restarted: networks that are not persistent are gone, and their endpoints. */
  restart(): void;
  /** How many calls were made, by function. */
  readonly calls: ReadonlyMap<string, number>;
}

/**
 * What HNS answers here is what Microsoft documents and its own tests expect of it; where those are silent, the code with
 * the fitting name.
 */
export function fakeHcn({ version = hnsVersion(15, 5), adapters = ["Ethernet"] }: FakeHcnOptions = {}): FakeHcn {
  const state = new FakeState(version, adapters);
  const { networks, endpoints, namespaces, loadBalancers, routes } = state;
  const modifying =
    <Modify>(name: string, modify: (state: FakeState, id: Guid, request: Modify) => void) =>
    async (id: Guid, request: Modify, { signal }: CallOptions = {}): Promise<void> => {
      signal?.throwIfAborted();
      state.attempt(name);
      modify(state, id, request);
    };
  return {
    version,
    calls: state.calls,
    networks: { ...methods(networks), modify: modifying("HcnModifyNetwork", modifyNetwork) },
    endpoints: { ...methods(endpoints), modify: modifying("HcnModifyEndpoint", modifyEndpoint) },
    namespaces: { ...methods(namespaces), modify: modifying("HcnModifyNamespace", modifyNamespace) },
    loadBalancers: { ...methods(loadBalancers), modify: modifying("HcnModifyLoadBalancer", modifyLoadBalancer) },
    routes: methods(routes),
    async endpointStatistics(id) {
      endpoints.need(id);
      return { ...NOTHING };
    },
    notifications: (options) => state.readers.subscribe(options),
    async close() {
      state.readers.close();
    },
    failNext(functionName, hresult) {
      state.failures.set(functionName, [...(state.failures.get(functionName) ?? []), hresult]);
    },
    restart() {
      for (const { ID, Flags = 0 } of networks.all()) {
        if ((Flags & NetworkFlags.EnableNonPersistent) !== 0) networks.remove(ID);
      }
      state.readers.publish({ type: "Relist" });
    },
  };
}

const NOTHING = {
  BytesReceived: 0,
  BytesSent: 0,
  PacketsReceived: 0,
  PacketsSent: 0,
  DroppedPacketsIncoming: 0,
  DroppedPacketsOutgoing: 0,
};

const methods = <D extends { readonly ID: Guid }, W extends { readonly ID?: Guid }>({
  list,
  get,
  create,
  delete: remove,
}: FakeObjects<D, W>) => ({ list, get, create, delete: remove });
