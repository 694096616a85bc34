import type { BalancedView, Balancer } from "@cnm/core";
import type { LinuxResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";

/**
 * Balances by IPVS in the client's own namespace, which translates only the destination: the task sees the client's address.
 */
export const ipvsBalancer = (): Balancer<LinuxResource> => ({
  name: "ipvs",
  feature: "ipvs",
  // On a host, published ports are at every one of its addresses, which IPVS would need a service each for.
  places: ["sandbox"],
  lacks: () => undefined,
  plan: ({ owner, place, services }: BalancedView) => {
    if (place.type !== "sandbox") throw new TypeError("IPVS balances in sandboxes");
    const netns = place.namespacePath;
    const ports = services.map((service) =>
      keyed({
        kind: "ipvs-service" as const,
        owner,
        netns,
        address: service.address,
        protocol: service.protocol,
        port: service.port,
        scheduler: service.scheduler,
        persistence: service.affinity ?? 0,
        timeouts: service.timeouts,
        // Datagrams of one that drains would go on to it for ever: it is no destination at all.
        destinations: service.backends
          .filter(({ weight }) => weight > 0 || service.protocol !== "udp")
          .map(({ address, port, weight }) => ({ address, port, weight })),
      }),
    );
    return services.length === 0 ? [] : [...settings(netns, owner), ...ports];
  },
});

/**
 * - conn_reuse_mode 0: a client's port that comes again quickly does not wait a second for a task that is busy.
 * - expire_nodest_conn: connections of a task that is gone end, and are not led into nowhere.
 * - expire_quiescent_template: a client that was bound to a task without weight gets another one.
 */
const SETTINGS = { conn_reuse_mode: "0", expire_nodest_conn: "1", expire_quiescent_template: "1" } as const;

/** Of all services of the sandbox, whichever endpoint they are reached by. */
const settings = (netns: string, owner: BalancedView["owner"]): readonly LinuxResource[] =>
  Object.entries(SETTINGS).map(([name, value]) =>
    keyed({ kind: "sysctl" as const, owner, shared: true, netns, name: `net/ipv4/vs/${name}`, value }),
  );
