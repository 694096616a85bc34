import type { Feature } from "@cnm/core";
import type { FirewallFeatures } from "../firewall/choose-firewall.ts";
import { iptablesFeature } from "../iptables/iptables-program.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { dumpForeignChains } from "../nftables/dump.ts";

/** Which firewalls there are to choose from: asked when the platform opens. */
export async function probeFirewalls(openSocket: () => NetlinkSocket): Promise<FirewallFeatures> {
  return { nftables: await nftables(openSocket), iptables: iptablesFeature() };
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
    return { available: false, reason: `needs CONFIG_NF_TABLES (kernel module nf_tables): ${String(error)}` };
  } finally {
    await socket.close();
  }
}
