import { join } from "node:path";
import { afterAll, describe, it } from "vitest";
import { GoldenFolder } from "../../../../../test/support/golden.ts";
import { expectGolden, type Mix } from "../on-parent/golden-plans.ts";
import { ipvlan } from "./ipvlan.ts";

const golden = new GoldenFolder(join(import.meta.dirname, "golden"));
const on = (options: Readonly<Record<string, string>> = {}) => ({ options: { parent: "eth1", ...options } });

const FAMILIES = { v4: [4], v6: [6], dual: [4, 6] } as const;
const MODES = ["l2", "l3", "l3s"];
const FLAGS = ["bridge", "private", "vepa"];

const MIXES: Readonly<Record<string, Mix>> = {
  "without-parent": {},
  "without-parent-l3": { options: { ipvlan_mode: "l3" } },
  "vlan-parent": on({ parent: "eth1.10" }),
  "option-mtu": on({ "com.docker.network.driver.mtu": "1400" }),
  "option-interface-prefix": on({ "com.docker.network.container_iface_prefix": "lan" }),
  "no-gateway": { ...on(), gateway: false },
  "no-gateway-l3": { ...on({ ipvlan_mode: "l3" }), gateway: false },
  "several-subnets-the-second": { ...on(), subnets: 2, subnet: 1 },
  "several-subnets-l3": { ...on({ ipvlan_mode: "l3" }), subnets: 2, subnet: 1 },
  "null-ipam": { ...on(), ipam: "null" },
  "foreign-namespace-v4": { ...on(), families: [4], ownNamespace: false },
  "endpoint-announcements-l3": {
    ...on({ ipvlan_mode: "l3" }),
    endpoint: { options: { "com.docker.network.advertise_addr_nmsgs": "2" } },
  },
  "endpoint-not-the-gateway-l3": {
    ...on({ ipvlan_mode: "l3" }),
    endpoint: { gateway: { ipv4: false, ipv6: false } },
  },
};

describe("plans of ipvlan networks", () => {
  for (const mode of MODES) {
    for (const flag of FLAGS) {
      for (const [name, families] of Object.entries(FAMILIES)) {
        for (const internal of [false, true]) {
          const title = [mode, flag, name, ...(internal ? ["internal"] : [])].join("-");
          const options = on({ ipvlan_mode: mode, ipvlan_flag: flag });
          it(title, () => expectGolden(golden, ipvlan(), title, { ...options, families, internal }));
        }
      }
    }
  }
  for (const [name, mix] of Object.entries(MIXES)) it(name, () => expectGolden(golden, ipvlan(), name, mix));
});

afterAll(() => golden.expectNoOthers());
