import { join } from "node:path";
import { afterAll, describe, it } from "vitest";
import { GoldenFolder } from "../../../../../test/support/golden.ts";
import { expectGolden, type Mix } from "../on-parent/golden-plans.ts";
import { macvlan } from "./macvlan.ts";

const golden = new GoldenFolder(join(import.meta.dirname, "golden"));
const on = (options: Readonly<Record<string, string>> = {}) => ({ options: { parent: "eth1", ...options } });

const FAMILIES = { v4: [4], v6: [6], dual: [4, 6] } as const;
const MODES = ["bridge", "private", "vepa", "passthru"];

const MIXES: Readonly<Record<string, Mix>> = {
  "without-parent": {},
  "without-parent-host-access": { options: { host_access: "true" } },
  "vlan-parent": on({ parent: "eth1.10" }),
  "vlan-of-a-vlan": on({ parent: "eth1.10.20" }),
  "no-vlan-by-its-number": on({ parent: "eth1.5000" }),
  "option-mtu": on({ "com.docker.network.driver.mtu": "1400" }),
  "option-interface-prefix": on({ "com.docker.network.container_iface_prefix": "lan" }),
  "option-host-access": on({ host_access: "true" }),
  "option-host-access-mtu": on({ host_access: "true", "com.docker.network.driver.mtu": "1400" }),
  "option-host-access-several-subnets": { ...on({ host_access: "true" }), subnets: 2, subnet: 1 },
  "no-gateway": { ...on(), gateway: false },
  "several-subnets": { ...on(), subnets: 2 },
  "several-subnets-the-second": { ...on(), subnets: 2, subnet: 1 },
  "null-ipam": { ...on(), ipam: "null" },
  "foreign-namespace-v4": { ...on(), families: [4], ownNamespace: false },
  "endpoint-no-announcements": { ...on(), endpoint: { options: { "com.docker.network.advertise_addr_nmsgs": "0" } } },
  "endpoint-sysctls": {
    ...on(),
    endpoint: { options: { "com.docker.network.endpoint.sysctls": "net.ipv4.conf.IFNAME.log_martians=1" } },
  },
  "endpoint-not-the-gateway": { ...on(), endpoint: { gateway: { ipv4: false, ipv6: false } } },
};

describe("plans of macvlan networks", () => {
  for (const mode of MODES) {
    for (const [name, families] of Object.entries(FAMILIES)) {
      for (const internal of [false, true]) {
        const title = [mode, name, ...(internal ? ["internal"] : [])].join("-");
        it(title, () => expectGolden(golden, macvlan(), title, { ...on({ macvlan_mode: mode }), families, internal }));
      }
    }
  }
  for (const [name, mix] of Object.entries(MIXES)) it(name, () => expectGolden(golden, macvlan(), name, mix));
});

afterAll(() => golden.expectNoOthers());
