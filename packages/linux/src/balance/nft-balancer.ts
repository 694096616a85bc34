import { type BalancedView, type Balancer, type OwnerRef, rendezvous, type VirtualService } from "@cnm/core";
import type { LinuxResource, ServiceSlot } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";
import { maglev } from "./maglev.ts";
import { takeTurns } from "./slots.ts";

/** Balances by address translation where connections start: for kernels without IPVS, and for ports of the host. */
export const nftBalancer = (): Balancer<LinuxResource> => ({
  name: "nftables",
  feature: "nftables",
  places: ["sandbox", "host"],
  lacks: ({ scheduler }) =>
    scheduler === "lc" || scheduler === "wlc"
      ? `scheduler ${scheduler}: nf_tables does not count the connections of a task; choose rr, wrr, sh or mh`
      : undefined,
  plan: (view) =>
    view.services.flatMap((service) => [
      ...(view.place.type === "host" ? [heldPort(view.owner, service)] : []),
      keyed({
        kind: "nft-service",
        owner: view.owner,
        ...(view.place.type === "sandbox" ? { netns: view.place.namespacePath } : {}),
        address: service.address,
        protocol: service.protocol,
        port: service.port,
        ...slotsOf(service, view),
      }),
    ]),
});

/** No other process gets it, and while there is no task, connections to it are refused. */
const heldPort = (owner: OwnerRef, { protocol, address, port }: VirtualService): LinuxResource =>
  keyed({ kind: "port", owner, protocol, address, port });

interface Slots {
  readonly choose: "turn" | "hash";
  readonly slots: readonly ServiceSlot[];
}

function slotsOf({ scheduler, affinity, backends }: VirtualService, { owner, place }: BalancedView): Slots {
  const byClient = affinity !== undefined || scheduler === "sh" || scheduler === "mh";
  if (!byClient) {
    const even = scheduler === "rr" ? backends.map((one) => ({ ...one, weight: Math.min(one.weight, 1) })) : backends;
    return { choose: "turn", slots: takeTurns(even) };
  }
  if (place.type === "host") return { choose: "hash", slots: maglev(backends) };
  // Inside a sandbox there is one client: it can be told here which task is its own.
  const nameOf = ({ address, port }: ServiceSlot) => `${address} ${port}`;
  const chosen = rendezvous(owner.id, backends, nameOf, ({ weight }) => weight);
  return { choose: "turn", slots: chosen === undefined ? [] : [{ address: chosen.address, port: chosen.port }] };
}
