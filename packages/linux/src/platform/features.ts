import type { Feature, Features } from "@cnm/core";
import { iptablesFeature } from "../iptables/iptables-program.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { dumpForeignChains } from "../nftables/dump.ts";

/** What the kernel can do, found by asking it harmless things. */
export async function probeFeatures(openSocket: () => NetlinkSocket) {
  return { nftables: await nftables(openSocket), iptables: iptablesFeature() } satisfies Features;
}

async function nftables(openSocket: () => NetlinkSocket): Promise<Feature> {
  let socket: NetlinkSocket;
  try {
    socket = openSocket();
  } catch (error) {
    return { available: false, reason: `no netfilter sockets: ${String(error)}` };
  }
  try {
    await dumpForeignChains(socket);
    return { available: true };
  } catch (error) {
    return { available: false, reason: `the kernel lacks CONFIG_NF_TABLES: ${String(error)}` };
  } finally {
    await socket.close();
  }
}
