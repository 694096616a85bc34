import { type Finding, HOST_OWNER } from "@cnm/core";
import type { NetlinkSocket } from "../netlink/socket.ts";
import type { Namespace } from "../netns/namespace.ts";
import { readSysctl } from "../netns/sysctl.ts";
import { HOOKS } from "../nftables/constants.ts";
import { dumpForeignChains } from "../nftables/dump.ts";
import type { LinuxResource } from "../resources/resource.ts";

interface Parts {
  readonly host: Namespace;
  readonly openSocket: () => NetlinkSocket;
}

/** What on this host works against networks that want to reach the world. Without such networks there is nothing to find. */
export async function diagnose(parts: Parts, wanted: readonly LinuxResource[]): Promise<readonly Finding[]> {
  if (!wanted.some(({ kind }) => kind === "link")) return [];
  return [...(await droppingChains(parts)), ...forwardingOff(parts.host, wanted)];
}

/** Our own accept does not outweigh a drop in somebody else's table. */
async function droppingChains({ openSocket }: Parts): Promise<readonly Finding[]> {
  const socket = openSocket();
  try {
    const chains = await dumpForeignChains(socket);
    return chains
      .filter(({ hook, policy, table }) => hook === HOOKS.forward && policy === "drop" && table !== "cnm")
      .map(({ table, name }) => ({
        type: "hazard",
        owner: HOST_OWNER,
        object: "forward-policy-drop",
        key: `${table} ${name}`,
        message: `chain ${name} of table ${table} drops whatever it does not know, and so the traffic of our networks`,
        cause:
          "another program set this policy (Docker, firewalld, ufw): allow forwarding to and from our bridges there",
        repairable: false,
      }));
  } finally {
    await socket.close();
  }
}

function forwardingOff(host: Namespace, wanted: readonly LinuxResource[]): readonly Finding[] {
  const isPlanned = wanted.some(({ kind, key }) => kind === "sysctl" && key.includes("ip_forward"));
  const needsIt = wanted.some((resource) => resource.kind === "nft-element" && resource.set === "masquerade4");
  // A planned setting is the plan's own affair: it is found as a difference.
  if (isPlanned || !needsIt || readSysctl(host, "net/ipv4/ip_forward") === "1") return [];
  return [
    {
      type: "hazard",
      owner: HOST_OWNER,
      object: "forwarding-off",
      key: "net/ipv4/ip_forward",
      message: "this host does not forward IPv4, so sandboxes reach nothing beyond it",
      cause: "forwarding is switched off and cnm was told not to touch it: set net.ipv4.ip_forward to 1",
      repairable: false,
    },
  ];
}
