import { createController, memoryStore, type Platform, type Store } from "@cnm/core";
import { type DriverHost, type DriverHostSubject, driverHostConformance, keptStore } from "@cnm/core/testing";
import { linuxPlatform } from "@cnm/linux";
import { afterAll, describe, it } from "vitest";
import { enterFreshHost } from "../support/host.ts";

const host = enterFreshHost();
host.makeNeighbour();
afterAll(() => host.close());

async function open(store: Store = memoryStore()): Promise<DriverHost> {
  const platform = await linuxPlatform({ runDir: host.runDir });
  const controller = await createController({ platform, store: keptStore(store) });
  return {
    controller,
    platform: platform as unknown as Platform,
    restart: async () => {
      await controller.close();
      return await open(store);
    },
    close: async () => {
      await controller.close();
      await store.close();
    },
  };
}

/** The namespace is not there: it is refused after links, addresses, routes and the firewall. */
const impossible = {
  kind: "nft-service",
  key: "nft-service impossible",
  owner: { kind: "service", id: "0".repeat(64) },
  netns: "/proc/self/no-such-namespace",
  address: "192.0.2.200",
  protocol: "tcp",
  port: 80,
  choose: "turn",
  slots: [],
} as DriverHostSubject["impossible"];

const BRIDGE = "com.docker.network.bridge";
const SUBNETS = { ipam: { subnets: ["10.70.0.0/24", "fd70::/64"] } };
const onUplink = (options: Readonly<Record<string, string>> = {}) => ({
  ...SUBNETS,
  options: { parent: "uplink", ...options },
});

const SUBJECTS: readonly Pick<DriverHostSubject, "driver" | "networks">[] = [
  {
    driver: "bridge",
    networks: {
      plain: SUBNETS,
      internal: { ...SUBNETS, internal: true },
      "without ICC": { ...SUBNETS, options: { [`${BRIDGE}.enable_icc`]: "false" } },
    },
  },
  {
    driver: "macvlan",
    networks: { plain: onUplink(), private: onUplink({ macvlan_mode: "private" }) },
  },
];

for (const subject of SUBJECTS) driverHostConformance({ ...subject, open, impossible }, { describe, it });
