import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { HostFacts } from "@cnm/core";
import type { NetlinkSocket } from "../netlink/socket.ts";
import type { NamespacePool } from "../netns/namespace-pool.ts";
import { dumpLinks } from "../route/link/get-link.ts";
import type { Link } from "../route/link/link.ts";
import { defaultRoutes } from "./host-routes.ts";

const ETHERNET_MTU = 1500;

export async function readHostFacts(pool: NamespacePool): Promise<HostFacts> {
  return {
    id: machineId(),
    ipv6: pool.host.namespace.enter(() => existsSync("/proc/sys/net/ipv6")),
    mtu: await uplinkMtu(pool),
  };
}

/** machine-id(5) wants the id itself kept to the machine, and a digest of it given out. */
function machineId(): string {
  return createHash("sha256").update(`cnm ${readMachineId()}`).digest("hex");
}

function readMachineId(): string {
  for (const path of ["/etc/machine-id", "/var/lib/dbus/machine-id"]) {
    if (!existsSync(path)) continue;
    const id = readFileSync(path, "utf8").trim();
    if (/^[0-9a-f]{32}$/.test(id)) return id;
  }
  return hostname();
}

/** The links that default routes lead through. */
export async function uplinks(socket: NetlinkSocket): Promise<readonly Link[]> {
  const routes = await defaultRoutes(socket);
  return (await dumpLinks(socket)).filter(({ index }) => routes.some(({ linkIndex }) => linkIndex === index));
}

async function uplinkMtu(pool: NamespacePool): Promise<number> {
  const mtus = (await uplinks(pool.host.route())).map(({ mtu }) => mtu);
  return mtus.length === 0 ? ETHERNET_MTU : Math.min(...mtus);
}
