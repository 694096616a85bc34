import { existsSync } from "node:fs";
import type { Features } from "@cnm/core";
import { dumpFlows } from "../conntrack/flow.ts";
import type { Libc } from "../ffi/libc.ts";
import { NETLINK_GENERIC, NETLINK_NETFILTER, NETLINK_ROUTE, NETLINK_XFRM } from "../netlink/constants.ts";
import { genericFamily } from "../netlink/generic-family.ts";
import { type NetlinkSocket, openNetlinkSocket } from "../netlink/socket.ts";
import type { Namespace } from "../netns/namespace.ts";
import { insideThrowaway } from "../netns/throwaway-namespace.ts";
import { AF_INET, AF_PACKET, IPPROTO_SCTP, SOCK_CLOEXEC, SOCK_RAW, SOCK_STREAM } from "../sockets/constants.ts";
import { feature } from "./feature.ts";
import { probeLinks } from "./link-features.ts";

/**
 * What the kernel can do beside firewalls, found by trying: all that is made is made in a namespace that is thrown away. The
 * kernel may load modules for it, as it would for the real thing.
 */
export async function probeKernel(libc: Libc, host: Namespace): Promise<Features> {
  const protocols = {
    route: NETLINK_ROUTE,
    netfilter: NETLINK_NETFILTER,
    generic: NETLINK_GENERIC,
    xfrm: NETLINK_XFRM,
  };
  const sockets = insideThrowaway(libc, () =>
    Object.fromEntries(Object.entries(protocols).map(([name, protocol]) => [name, tryOpen(libc, protocol)])),
  );
  const { route, netfilter, generic, xfrm } = sockets;
  try {
    return {
      ...(route === undefined ? {} : await probeLinks(route)),
      conntrack: feature(
        await tracksFlows(netfilter),
        "needs CONFIG_NF_CT_NETLINK (kernel module nf_conntrack_netlink)",
      ),
      ipvs: feature(
        generic !== undefined && (await genericFamily(generic, "IPVS")) !== undefined,
        "needs CONFIG_IP_VS (kernel module ip_vs)",
      ),
      xfrm: feature(xfrm !== undefined, "needs CONFIG_XFRM_USER (kernel module xfrm_user)"),
      ...probeHost(libc, host),
    };
  } finally {
    for (const socket of Object.values(sockets)) await socket?.close();
  }
}

function probeHost(libc: Libc, host: Namespace): Features {
  return host.enter(() => ({
    brNetfilter: feature(
      existsSync("/proc/sys/net/bridge/bridge-nf-call-iptables"),
      "needs CONFIG_BRIDGE_NETFILTER (kernel module br_netfilter, which nothing loads by itself)",
    ),
    ipv6: feature(
      existsSync("/proc/sys/net/ipv6"),
      "needs CONFIG_IPV6, and no ipv6.disable=1 on the kernel's command line",
    ),
    routeLocalnet: feature(
      existsSync("/proc/sys/net/ipv4/conf/all/route_localnet"),
      "needs the sysctl route_localnet, of Linux 3.6 and later",
    ),
    sctp: feature(opens(libc, AF_INET, SOCK_STREAM, IPPROTO_SCTP), "needs CONFIG_IP_SCTP (kernel module sctp)"),
    packetSockets: feature(
      opens(libc, AF_PACKET, SOCK_RAW, 0),
      "needs CONFIG_PACKET (kernel module af_packet) and CAP_NET_RAW",
    ),
  }));
}

function tryOpen(libc: Libc, protocol: number): NetlinkSocket | undefined {
  try {
    return openNetlinkSocket(libc, protocol);
  } catch {
    // A kernel without the protocol has no such sockets: that is the answer.
    return undefined;
  }
}

async function tracksFlows(socket: NetlinkSocket | undefined): Promise<boolean> {
  if (socket === undefined) return false;
  try {
    await dumpFlows(socket);
    return true;
  } catch {
    // nfnetlink knows no such subsystem.
    return false;
  }
}

function opens(libc: Libc, family: number, type: number, protocol: number): boolean {
  const fd = libc.socket(family, type | SOCK_CLOEXEC, protocol);
  if (fd >= 0) libc.close(fd);
  return fd >= 0;
}
