import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { balancerConformance } from "@cnm/core/testing";
import { bindLibc, loadFfi } from "@cnm/linux";
import { afterAll, describe, it } from "vitest";
import { ipvsBalancer } from "../../../packages/linux/src/balance/ipvs-balancer.ts";
import { ipvsServiceHandler } from "../../../packages/linux/src/balance/ipvs-service-handler.ts";
import { placeSockets } from "../../../packages/linux/src/balance/place-sockets.ts";
import { NETLINK_GENERIC } from "../../../packages/linux/src/netlink/constants.ts";
import { openNamespacePool } from "../../../packages/linux/src/netns/namespace-pool.ts";
import { createEngine } from "../../../packages/linux/src/resources/engine.ts";
import { LinuxBalancerWorld } from "../../integration/behaviour/balancer-world.ts";
import { ipvsWitness } from "../../integration/behaviour/ipvs-witness.ts";
import { enterFreshHost } from "../../support/host.ts";

const host = enterFreshHost();
const libc = bindLibc(loadFfi());
const pool = openNamespacePool(libc, host.openNamespace("/proc/thread-self/ns/net"));
const sockets = placeSockets({ libc, pool, pins: join(host.folder, "netns"), protocol: NETLINK_GENERIC });
const engine = createEngine([ipvsServiceHandler(sockets)]);
const balancer = ipvsBalancer();
// Sysctls are another handler's resources: here services are tried, with the settings of a sandbox that has some.
const services: typeof balancer = {
  ...balancer,
  plan: (view) => balancer.plan(view).filter(({ kind }) => kind === "ipvs-service"),
};
const world = open();

async function open(): Promise<LinuxBalancerWorld> {
  const opened = await LinuxBalancerWorld.open({ host, balancer: services, engine, witness: ipvsWitness }, [
    "ipvs-service",
  ]);
  const timeouts = { tcp: 900, tcpFin: 120, udp: 300 };
  const port = { address: opened.vips[4], protocol: "tcp", port: 80, scheduler: "rr" } as const;
  const view = { ...opened.seat, services: [{ serviceId: "", ...port, timeouts, backends: [] }] };
  for (const planned of balancer.plan(view)) {
    if (planned.kind === "sysctl")
      opened.namespace.enter(() => writeFileSync(`/proc/sys/${planned.name}`, planned.value));
  }
  return opened;
}

afterAll(async () => {
  await (await world).close();
  await engine.close();
  await pool.close();
  host.close();
});

balancerConformance("ipvs", () => world, { describe, it });
