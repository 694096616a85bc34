import { driverConformance } from "@cnm/core/testing";
import { describe, it } from "vitest";
import { nftablesFirewall } from "../firewall/nftables/nftables-firewall.ts";
import { cnmTable } from "../firewall/nftables/skeleton.ts";
import { noFirewall } from "../firewall/none/no-firewall.ts";
import { bridge } from "./bridge/bridge.ts";
import { hostDriver } from "./host/host.ts";
import { nullDriver } from "./null/null.ts";

const host = { id: "a".repeat(64), ipv6: true, mtu: 1500 };
const namespace = "/run/cnm/netns/box";
const runner = { describe, it };

const BRIDGE = "com.docker.network.bridge";
const MTU = "com.docker.network.driver.mtu";
const SYSCTLS = "com.docker.network.endpoint.sysctls";
const ANNOUNCE = "com.docker.network.advertise_addr_nmsgs";
/** Of endpoints, whatever carries them. */
const endpoints = {
  settings: { options: { [SYSCTLS]: "net.ipv4.conf.IFNAME.log_martians=1" } },
  "no announcements": { options: { [ANNOUNCE]: "0" } },
};
const refusedEndpoints = [{ [SYSCTLS]: "kernel.panic=1" }, { [ANNOUNCE]: "9" }, { [ANNOUNCE]: "often" }];

for (const firewall of [noFirewall, nftablesFirewall(cnmTable())]) {
  describe(`with firewall ${firewall.name}`, () =>
    driverConformance(
      "bridge",
      {
        create: () => bridge({}, { firewall, host }),
        host,
        namespace,
        networks: {
          plain: {},
          "IPv4 only": { families: [4] },
          "IPv6 only": { families: [6] },
          internal: { internal: true },
          "no ICC": { options: { [`${BRIDGE}.enable_icc`]: "false" } },
          routed: { options: { [`${BRIDGE}.gateway_mode_ipv4`]: "routed", [`${BRIDGE}.gateway_mode_ipv6`]: "routed" } },
          "a bridge of the user's": { options: { [`${BRIDGE}.name`]: "mybridge0", [MTU]: "1400" } },
        },
        endpoints,
        refused: [
          { options: { [MTU]: "-1" } },
          { options: { [`${BRIDGE}.enable_icc`]: "perhaps" } },
          { options: { [`${BRIDGE}.name`]: "a name with spaces" } },
          { options: { [`${BRIDGE}.host_binding_ipv4`]: "fd07::1" } },
          { options: { [`${BRIDGE}.gateway_mode_ipv4`]: "open" } },
          { options: { [`${BRIDGE}.gateway_mode_ipv6`]: "isolated" } },
          { families: [], naming: "ipv4 and ipv6 are both off" },
          { subnets: 2, naming: "takes one IPv4 subnet" },
        ],
        refusedEndpoints,
        clashes: {
          "one bridge": [{ options: { [`${BRIDGE}.name`]: "one0" } }, { options: { [`${BRIDGE}.name`]: "one0" } }],
        },
        together: { "two plain ones": [{}, {}] },
      },
      runner,
    ));
}

driverConformance("host", { create: hostDriver, host, namespace, networks: { plain: {} } }, runner);
driverConformance("null", { create: nullDriver, host, namespace, networks: { plain: {} } }, runner);
