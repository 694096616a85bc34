import { Broadcast } from "../../hcn/client/broadcast.ts";
import { type HostComputeEndpoint, hostComputeEndpoint, type WantedEndpoint } from "../../hcn/endpoint.ts";
import type { Guid } from "../../hcn/guid.ts";
import { HcnError } from "../../hcn/hcn-error.ts";
import type { HnsVersion } from "../../hcn/hns-version.ts";
import {
  type HostComputeLoadBalancer,
  hostComputeLoadBalancer,
  type WantedLoadBalancer,
} from "../../hcn/load-balancer.ts";
import { type HostComputeNamespace, hostComputeNamespace, type WantedNamespace } from "../../hcn/namespace.ts";
import { type HostComputeNetwork, hostComputeNetwork, type WantedNetwork } from "../../hcn/network.ts";
import type { HcnNotification } from "../../hcn/notification.ts";
import { type HostComputeRoute, hostComputeRoute, type WantedRoute } from "../../hcn/route.ts";
import { settleEndpoint } from "./fake-endpoints.ts";
import { needEndpoints, settleLoadBalancer } from "./fake-load-balancers.ts";
import { settleNamespace } from "./fake-namespaces.ts";
import { settleNetwork } from "./fake-networks.ts";
import { FakeObjects } from "./fake-objects.ts";
import {
  ALREADY_EXISTS,
  ENDPOINT_NOT_FOUND,
  NETWORK_ALREADY_EXISTS,
  NETWORK_NOT_FOUND,
  NOT_FOUND,
} from "./hresults.ts";

/** All objects of a fake HNS, and what they do to each other. */
export class FakeState {
  readonly version: HnsVersion;
  readonly readers = new Broadcast<HcnNotification>({ type: "Relist" });
  readonly failures = new Map<string, number[]>();
  readonly calls = new Map<string, number>();
  readonly networks: FakeObjects<HostComputeNetwork, WantedNetwork>;
  readonly endpoints: FakeObjects<HostComputeEndpoint, WantedEndpoint>;
  readonly namespaces: FakeObjects<HostComputeNamespace, WantedNamespace>;
  readonly loadBalancers: FakeObjects<HostComputeLoadBalancer, WantedLoadBalancer>;
  readonly routes: FakeObjects<HostComputeRoute, WantedRoute>;
  #lastCompartment = 1;

  constructor(version: HnsVersion, adapters: readonly string[]) {
    this.version = version;
    const common = {
      version,
      attempt: (name: string) => this.attempt(name),
      notFound: NOT_FOUND,
      exists: ALREADY_EXISTS,
    };

    this.networks = new FakeObjects<HostComputeNetwork, WantedNetwork>({
      ...common,
      name: "Network",
      schema: hostComputeNetwork,
      notFound: NETWORK_NOT_FOUND,
      exists: NETWORK_ALREADY_EXISTS,
      settle: (network) => settleNetwork(network, this.networks.all(), adapters),
      created: ({ ID }) => this.publish(["NetworkPreCreate", "NetworkCreate"], ID),
      deleted: ({ ID }) => {
        for (const endpoint of this.endpoints.all()) {
          if (endpoint.HostComputeNetwork === ID) this.endpoints.remove(endpoint.ID);
        }
        this.publish(["NetworkPreDelete", "NetworkDelete"], ID);
      },
    });

    this.endpoints = new FakeObjects<HostComputeEndpoint, WantedEndpoint>({
      ...common,
      name: "Endpoint",
      schema: hostComputeEndpoint,
      notFound: ENDPOINT_NOT_FOUND,
      settle: (endpoint) =>
        settleEndpoint(endpoint, this.networks.need(endpoint.HostComputeNetwork), this.endpoints.all()),
      deleted: (endpoint) => this.forget(endpoint),
    });

    this.namespaces = new FakeObjects<HostComputeNamespace, WantedNamespace>({
      ...common,
      name: "Namespace",
      schema: hostComputeNamespace,
      settle: (namespace) => settleNamespace(namespace, () => ++this.#lastCompartment),
      created: ({ ID }) => this.publish(["NamespaceCreate"], ID),
      deleted: ({ ID, Resources = [] }) => {
        for (const { Type, Data } of Resources) if (Type === "Endpoint") this.release(Data.Id);
        this.publish(["NamespaceDelete"], ID);
      },
    });

    this.loadBalancers = new FakeObjects<HostComputeLoadBalancer, WantedLoadBalancer>({
      ...common,
      name: "LoadBalancer",
      schema: hostComputeLoadBalancer,
      settle: (balancer) => settleLoadBalancer(balancer, this.endpoints.documents, this.loadBalancers.all()),
    });

    this.routes = new FakeObjects<HostComputeRoute, WantedRoute>({
      ...common,
      name: "SdnRoute",
      schema: hostComputeRoute,
      settle: (route) => {
        needEndpoints(`route ${route.Name ?? route.ID}`, route.HostComputeEndpoints, this.endpoints.documents);
        return route;
      },
    });
  }

  /** Counts the call, and throws what a test wants it to fail with. */
  attempt(functionName: string): void {
    this.calls.set(functionName, (this.calls.get(functionName) ?? 0) + 1);
    const hresult = this.failures.get(functionName)?.shift();
    if (hresult !== undefined) throw new HcnError({ operation: functionName, hresult });
  }

  publish(types: readonly Exclude<HcnNotification["type"], "Relist">[], id: Guid): void {
    for (const type of types) this.readers.publish({ type, id });
  }

  /** Its namespace no longer tells of the endpoint. */
  forget({ ID, HostComputeNamespace: home }: HostComputeEndpoint): void {
    const namespace = home === undefined ? undefined : this.namespaces.documents.get(home);
    if (namespace === undefined) return;
    const Resources = namespace.Resources?.filter(({ Data }) => Data.Id !== ID) ?? [];
    this.namespaces.replace({ ...namespace, Resources });
    this.publish(["NetworkEndpointDetached"], ID);
  }

  /** The endpoint is in no namespace any more. */
  release(id: Guid): void {
    const { HostComputeNamespace: _, ...endpoint } = this.endpoints.need(id);
    this.endpoints.replace(endpoint);
  }
}
