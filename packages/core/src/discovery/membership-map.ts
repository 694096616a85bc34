import type { Endpoint } from "../model/endpoint.ts";
import type { EndpointId, NetworkId, SandboxId } from "../model/ids.ts";
import type { Network } from "../model/network.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Membership } from "./network-order.ts";

/** The records that answers depend on, and which sandbox is on which network. */
export class MembershipMap {
  readonly networks = new Map<NetworkId, Network>();
  readonly sandboxes = new Map<SandboxId, Sandbox>();
  readonly #endpoints = new Map<SandboxId, Map<EndpointId, Endpoint>>();

  put(endpoint: Endpoint): void {
    const ours = this.#endpoints.get(endpoint.sandboxId) ?? new Map<EndpointId, Endpoint>();
    this.#endpoints.set(endpoint.sandboxId, ours);
    ours.set(endpoint.id, endpoint);
  }

  delete({ id, sandboxId }: Endpoint): void {
    const ours = this.#endpoints.get(sandboxId);
    ours?.delete(id);
    if (ours?.size === 0) this.#endpoints.delete(sandboxId);
  }

  of(sandboxId: SandboxId): readonly Membership[] {
    const endpoints = [...(this.#endpoints.get(sandboxId)?.values() ?? [])];
    return endpoints.flatMap((endpoint) => {
      const network = this.networks.get(endpoint.networkId);
      return network === undefined ? [] : [{ endpoint, network }];
    });
  }
}
