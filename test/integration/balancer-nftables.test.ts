import { join } from "node:path";
import { balancerConformance } from "@cnm/core/testing";
import { bindLibc, loadFfi } from "@cnm/linux";
import { afterAll, describe, it } from "vitest";
import { nftBalancer } from "../../packages/linux/src/balance/nft-balancer.ts";
import { nftServiceHandler } from "../../packages/linux/src/balance/nft-service-handler.ts";
import { placeSockets } from "../../packages/linux/src/balance/place-sockets.ts";
import { NETLINK_NETFILTER } from "../../packages/linux/src/netlink/constants.ts";
import { openNamespacePool } from "../../packages/linux/src/netns/namespace-pool.ts";
import { createEngine } from "../../packages/linux/src/resources/engine.ts";
import { enterFreshHost } from "../support/host.ts";
import { LinuxBalancerWorld } from "./behaviour/balancer-world.ts";
import { nftWitness } from "./behaviour/nft-witness.ts";

const host = enterFreshHost();
const libc = bindLibc(loadFfi());
const pool = openNamespacePool(libc, host.openNamespace("/proc/thread-self/ns/net"));
const sockets = placeSockets({ libc, pool, pins: join(host.folder, "netns"), protocol: NETLINK_NETFILTER });
const engine = createEngine([nftServiceHandler(sockets)]);
const world = LinuxBalancerWorld.open({ host, balancer: nftBalancer(), engine, witness: nftWitness }, ["nft-service"]);

afterAll(async () => {
  await (await world).close();
  await engine.close();
  await pool.close();
  host.close();
});

balancerConformance("nftables", () => world, { describe, it });
