import { parsePrefix } from "../address/prefix.ts";
import type { NetworkId, SandboxId } from "../model/ids.ts";
import type { Network } from "../model/network.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { MembershipMap } from "./membership-map.ts";
import type { NameIndex } from "./name-index.ts";
import { readNdots } from "./ndots.ts";
import { inGatewayOrder, type Membership } from "./network-order.ts";
import type { Upstream } from "./verdict.ts";
import type { View, ViewNetwork } from "./view.ts";

/** The view of each sandbox, made when it is first needed and dropped when its memberships change. */
export class Views {
  readonly #members: MembershipMap;
  readonly #names: NameIndex;
  readonly #ndots: number;
  readonly #tick: () => number;
  readonly #views = new Map<SandboxId, View>();
  readonly #changed = new Map<SandboxId, number>();
  readonly #networks = new Map<NetworkId, ViewNetwork>();

  /** @param ndots Of sandboxes that do not say it themselves. */
  constructor(members: MembershipMap, names: NameIndex, ndots: number, tick: () => number) {
    this.#members = members;
    this.#names = names;
    this.#ndots = ndots;
    this.#tick = tick;
  }

  of(sandbox: Sandbox): View {
    const there = this.#views.get(sandbox.id);
    if (there !== undefined) return there;
    const view = this.#make(sandbox);
    this.#views.set(sandbox.id, view);
    return view;
  }

  /** Never the same number again after anything in the view has changed. */
  generation(sandbox: Sandbox): number {
    const names = this.of(sandbox).networks.map(({ id }) => this.#names.generation(id));
    return Math.max(this.#changed.get(sandbox.id) ?? 0, ...names);
  }

  changed(sandboxId: SandboxId): void {
    this.#views.delete(sandboxId);
    this.#changed.set(sandboxId, this.#tick());
  }

  forget(sandboxId: SandboxId): void {
    this.#views.delete(sandboxId);
    this.#changed.delete(sandboxId);
  }

  forgetNetwork(networkId: NetworkId): void {
    this.#networks.delete(networkId);
  }

  #make(sandbox: Sandbox): View {
    const members = inGatewayOrder(this.#members.of(sandbox.id));
    const upstream = upstreamOf(sandbox, members);
    const networks = new Map(members.map(({ network }) => [network.id, this.#network(network)]));
    return {
      names: this.#names,
      networks: [...networks.values()],
      ndots: readNdots(sandbox.dns?.options ?? []) ?? this.#ndots,
      ...(upstream === undefined ? {} : { upstream }),
    };
  }

  #network(network: Network): ViewNetwork {
    const { id, name } = network;
    const there = this.#networks.get(id);
    if (there !== undefined) return there;
    const view = { id, name, subnets: network.ipam.pools.map(({ subnet }) => parsePrefix(subnet)) };
    this.#networks.set(id, view);
    return view;
  }
}

/** Own servers are asked from inside, which does no harm where there is no way out. */
function upstreamOf(sandbox: Sandbox, members: readonly Membership[]): Upstream | undefined {
  const servers = sandbox.dns?.servers ?? [];
  if (servers.length > 0) return { from: sandbox.id, servers };
  return members.some(({ network }) => !network.internal) ? { from: "host" } : undefined;
}
