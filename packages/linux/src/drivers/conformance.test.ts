import { driverConformance } from "@cnm/core/testing";
import { describe, it } from "vitest";
import { nftablesFirewall } from "../firewall/nftables/nftables-firewall.ts";
import { cnmTable } from "../firewall/nftables/skeleton.ts";
import { noFirewall } from "../firewall/none/no-firewall.ts";
import { bridge } from "./bridge/bridge.ts";
import { hostDriver } from "./host/host.ts";
import { ipvlan } from "./ipvlan/ipvlan.ts";
import { macvlan } from "./macvlan/macvlan.ts";
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
        create: () => bridge({}, { firewall, host, namespaces: "/run/cnm/netns" }),
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

const MACVLAN = "macvlan_mode";
const IPVLAN = "ipvlan_mode";
const onParent = (options: Readonly<Record<string, string>> = {}) => ({ options: { parent: "eth1", ...options } });

driverConformance(
  "macvlan",
  {
    create: macvlan,
    host,
    namespace,
    networks: {
      plain: onParent(),
      "with gateways": { ...onParent(), gateway: true },
      "several subnets": { ...onParent(), subnets: 3, gateway: true },
      "IPv6 only": { ...onParent(), families: [6] },
      internal: { ...onParent(), internal: true, gateway: true },
      "without parent": {},
      "on a VLAN": onParent({ parent: "eth1.10" }),
      private: onParent({ [MACVLAN]: "private" }),
      vepa: onParent({ [MACVLAN]: "vepa" }),
      passthru: onParent({ [MACVLAN]: "passthru" }),
      "with access for the host": { ...onParent({ host_access: "true" }), subnets: 2 },
    },
    endpoints,
    refused: [
      { options: { [MTU]: "-1" } },
      { options: { parent: "lo" } },
      { options: { [MACVLAN]: "l2" } },
      { options: { host_access: "perhaps" } },
      { options: { [MACVLAN]: "passthru" }, naming: "passthru hands a parent on" },
      { options: { parent: "eth1", [MACVLAN]: "vepa", host_access: "true" } },
      { families: [], naming: "ipv4 and ipv6 are both off" },
    ],
    refusedEndpoints,
    clashes: {
      "passthru beside another": [onParent(), onParent({ [MACVLAN]: "passthru" })],
      "passthru twice": [onParent({ [MACVLAN]: "passthru" }), onParent({ [MACVLAN]: "passthru" })],
    },
    together: {
      "one parent": [onParent(), onParent({ [MACVLAN]: "private" })],
      "one VLAN": [onParent({ parent: "eth1.10" }), onParent({ parent: "eth1.10" })],
      "passthru of another parent": [onParent(), onParent({ parent: "eth2", [MACVLAN]: "passthru" })],
      "no parents": [{}, {}],
    },
  },
  runner,
);

driverConformance(
  "ipvlan",
  {
    create: ipvlan,
    host,
    namespace,
    networks: {
      plain: onParent(),
      "with gateways": { ...onParent(), gateway: true },
      "several subnets": { ...onParent(), subnets: 3 },
      "IPv4 only": { ...onParent(), families: [4] },
      internal: { ...onParent(), internal: true },
      "without parent": {},
      "on a VLAN": onParent({ parent: "eth1.10" }),
      l3: onParent({ [IPVLAN]: "l3" }),
      "l3 internal": { ...onParent({ [IPVLAN]: "l3" }), internal: true },
      l3s: onParent({ [IPVLAN]: "l3s", ipvlan_flag: "private" }),
    },
    endpoints,
    refused: [
      { options: { [MTU]: "99999" } },
      { options: { parent: "lo" } },
      { options: { [IPVLAN]: "bridge" } },
      { options: { ipvlan_flag: "l2" } },
      { options: { host_access: "true" } },
      { families: [], naming: "ipv4 and ipv6 are both off" },
    ],
    refusedEndpoints,
    clashes: { "one parent": [onParent(), onParent({ [IPVLAN]: "l3" })] },
    together: { "two parents": [onParent(), onParent({ parent: "eth2" })], "no parents": [{}, {}] },
  },
  runner,
);

driverConformance("host", { create: hostDriver, host, namespace, networks: { plain: {} } }, runner);
driverConformance("null", { create: nullDriver, host, namespace, networks: { plain: {} } }, runner);
