import {
  type BalancedPlace,
  type BalancedView,
  type Balancer,
  type OwnerRef,
  rendezvous,
  type VirtualService,
} from "@cnm/core";
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
      ...(view.place.type === "host" ? [heldPort(view.owner, service), ...fromLoopback(view, service)] : []),
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

/**
 * The kernel never leads ::1 anywhere else, so a process carries its connections to the same port of another of the host's own
 * addresses, where they are balanced as all others are. SCTP has no sockets in Node.
 */
function fromLoopback({ owner, place, services }: BalancedView, service: VirtualService): readonly LinuxResource[] {
  const { address, protocol, port } = service;
  if (place.type !== "host" || address !== "::" || protocol === "sctp") return [];
  const isOther = (one: VirtualService): boolean =>
    one.address === "0.0.0.0" && one.protocol === protocol && one.port === port;
  const target = services.some(isOther) ? "127.0.0.1" : bridgeAddress(place);
  return target === undefined
    ? []
    : [keyed({ kind: "forwarder", owner, protocol, address: "::1", port, target, targetPort: port })];
}

/** What the host is called on a network of the service: a bridge has the gateway's address. */
function bridgeAddress({ networks }: BalancedPlace & { readonly type: "host" }): string | undefined {
  const pools = networks.filter(({ driver }) => driver === "bridge").flatMap(({ ipam }) => ipam.pools);
  return pools.find(({ family, gateway }) => family === 6 && gateway !== undefined)?.gateway;
}

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
