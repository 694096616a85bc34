import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createController, memoryStore, type NetworkSpec } from "@cnm/core";
import { linuxPlatform, type Namespace } from "@cnm/linux";
import type { Machine } from "../attach/machine.ts";

export const DRIVERS = ["bridge", "macvlan", "ipvlan"] as const;
export type Driver = (typeof DRIVERS)[number];

/** Two sandboxes on one network, whoever made it. */
export interface Side {
  readonly client: Namespace & { readonly path: string };
  readonly server: Namespace & { readonly path: string };
  /** Of the server. */
  readonly address: string;
  close(): Promise<void>;
}

type Pinned = Side["client"];

/** By `ip` alone, as a tutorial would have it. */
export async function byHand(machine: Machine, driver: Driver): Promise<Side> {
  const host = machine.host(`hand-${driver}`);
  leaveBridgedAlone(host);
  const [client, server] = [machine.sandbox(`hand-${driver}-client`), machine.sandbox(`hand-${driver}-server`)];
  if (driver === "bridge") ip(host, "link add lan0 up type bridge");
  else makeParent(host);
  for (const [at, sandbox] of [client, server].entries()) {
    if (driver === "bridge") {
      ip(host, `link add port${at} up master lan0 type veth peer name eth0 netns`, sandbox.path);
    } else {
      ip(
        host,
        `link add sub${at} link parent0 netns ${sandbox.path} type ${driver} mode ${driver === "macvlan" ? "bridge" : "l2"}`,
      );
      ip(sandbox, `link set sub${at} name eth0`);
    }
    ip(sandbox, `address add 10.7.0.${at + 2}/24 dev eth0`);
    ip(sandbox, "link set eth0 up");
  }
  return { client, server, address: "10.7.0.3", close: async () => undefined };
}

/** The same by cnm, with all that it does of its own accord. */
export async function byCnm(machine: Machine, driver: Driver): Promise<Side> {
  const host = machine.host(`cnm-${driver}`);
  const [client, server] = [machine.sandbox(`cnm-${driver}-client`), machine.sandbox(`cnm-${driver}-server`)];
  leaveBridgedAlone(host);
  if (driver !== "bridge") makeParent(host);
  const platform = await linuxPlatform({ netns: host.path, runDir: machine.path(`run-${driver}`) });
  const cnm = await createController({ platform, store: memoryStore() });
  const spec: NetworkSpec = {
    name: "lan",
    driver,
    ...(driver === "bridge" ? {} : { options: { parent: "parent0" } }),
    ipam: { subnets: ["10.7.0.0/24"] },
  };
  const network = await cnm.createNetwork(spec);
  for (const [name, { path }] of Object.entries({ client, server })) {
    const box = await cnm.createSandbox({ name, netns: path });
    await box.join(network, { addresses: [name === "client" ? "10.7.0.2" : "10.7.0.3"] });
  }
  return {
    client,
    server,
    address: "10.7.0.3",
    async close() {
      for (const sandbox of await cnm.sandboxes()) await sandbox.remove();
      for (const one of await cnm.networks()) await one.remove();
      await cnm.close();
    },
  };
}

const BRIDGED = "/proc/sys/net/bridge/bridge-nf-call-iptables";

/**
 * Kernels with br_netfilter built in lead bridged packets through the IP firewall unless told otherwise. That is what a firewall
 * costs, which by hand there is none of; what is compared is the same topology.
 */
function leaveBridgedAlone(host: Namespace): void {
  host.enter(() => {
    if (existsSync(BRIDGED)) writeFileSync(BRIDGED, "0");
  });
}

/** A cable that leads nowhere: what is measured stays on this side of it. */
function makeParent(host: Pinned): void {
  ip(host, "link add parent0 up type veth peer name cable0");
  ip(host, "link set cable0 up");
}

function ip(namespace: Namespace, words: string, ...more: readonly string[]): void {
  namespace.enter(() => execFileSync("ip", [...words.split(" "), ...more], { encoding: "utf8" }));
}
