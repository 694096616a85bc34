import { type DriverSubject, driverConformance, type NetworkSample } from "@cnm/core/testing";
import { describe, it } from "vitest";
import * as labels from "./labels.ts";
import { windowsDrivers } from "./windows-drivers.ts";

const host = { id: "a".repeat(64), ipv6: true, mtu: 1500 };
/** The suite adds a digit: namespaces are GUIDs. */
const namespace = "33333333-3333-4333-8333-33333333333";
const IPV4: NetworkSample = { families: [4] };
const QOS = '[{"MaxEgressBandwidth":1000000}]';

const endpoints = {
  "with a limit": { options: { [labels.QOS_POLICIES]: QOS } },
  "without ICC": { options: { [labels.DISABLE_ICC]: "true" } },
  "with name servers": { options: { [labels.ENDPOINT_DNS_SERVERS]: "10.9.9.9" } },
};
const refusedEndpoints = [
  { [labels.QOS_POLICIES]: "5" },
  { [labels.DISABLE_ICC]: "yes" },
  { [labels.ENDPOINT_DNS_SERVERS]: "nobody" },
];

/** Options that networks of each driver can have. */
const networks: Readonly<Record<string, NetworkSample>> = {
  plain: {},
  internal: { internal: true },
  "no ICC": { options: { [labels.DISABLE_ICC]: "1" } },
  "with name servers": { options: { [labels.DNS_SERVERS]: "10.1.1.1,10.1.1.2", [labels.DNS_SUFFIX]: "a.example" } },
  "by another name": { options: { [labels.NETWORK_NAME]: "Web LAN" } },
  "with an MTU": { options: { [labels.MTU]: "1400" } },
};
const refused: DriverSubject["refused"] = [
  { options: { [labels.DISABLE_ICC]: "perhaps" } },
  { options: { [labels.DNS_SERVERS]: "nobody" } },
  { options: { [labels.HNS_ID]: "web" } },
  { options: { [labels.MTU]: "-1" } },
  { options: { [labels.MAC_POOL]: "00-15-5D-0A-00-00" } },
  { families: [6], naming: "requires ipv4" },
];
const named = (name: string): NetworkSample => ({ options: { [labels.NETWORK_NAME]: name } });

const subjectOf = (driver: string, more: Partial<DriverSubject> = {}): DriverSubject => ({
  create: () => driverOf(driver),
  host,
  namespace,
  networks,
  endpoints,
  refused,
  refusedEndpoints,
  clashes: { "one name in HNS": [named("web"), named("web")] },
  together: { "two plain ones": [{}, {}] },
  ...more,
});

function driverOf(name: string) {
  const driver = windowsDrivers().find((one) => one.name === name);
  if (driver === undefined) throw new Error(`there is no driver ${name}`);
  return driver;
}

/** WinNAT and the like translate IPv4 only, and such a network with IPv6 is refused by these words. */
const ipv4Only = (driver: string, more: Partial<DriverSubject> = {}): DriverSubject =>
  subjectOf(driver, {
    families: [4],
    refused: [...(refused ?? []), { families: [4, 6], naming: "doesn't support v6 subnets" }],
    ...more,
  });

const vni = (number: number): NetworkSample["options"] => ({ [labels.VXLAN_ID_LIST]: `${4096 + number}` });
const runner = { describe, it };

for (const driver of ["nat", "internal", "private", "ics"]) driverConformance(driver, ipv4Only(driver), runner);

driverConformance(
  "transparent",
  ipv4Only("transparent", {
    networks: { ...networks, "on a VLAN": { options: { [labels.VLAN]: "42", [labels.INTERFACE]: "Ethernet 2" } } },
  }),
  runner,
);
driverConformance(
  "l2bridge",
  subjectOf("l2bridge", {
    networks: {
      ...networks,
      "IPv4 only": IPV4,
      "on a VLAN": { options: { [labels.VLAN]: "42" } },
      translated: { options: { [labels.ENABLE_OUTBOUND_NAT]: "true", [labels.OUTBOUND_NAT_EXCEPTIONS]: "10.0.0.0/8" } },
      "several subnets": { subnets: 2 },
    },
  }),
  runner,
);
driverConformance("l2tunnel", ipv4Only("l2tunnel"), runner);
driverConformance(
  "overlay",
  subjectOf("overlay", {
    networks: Object.fromEntries(
      Object.entries({ ...networks, "IPv4 only": IPV4 }).map(([title, sample], at) => [
        title,
        { ...sample, options: { ...sample.options, ...vni(at) } },
      ]),
    ),
    refused: [
      ...(refused ?? []).map((sample) =>
        sample.options === undefined ? { ...sample, options: { ...vni(0) } } : sample,
      ),
      { naming: "insufficient vnis" },
    ],
    clashes: { "one VXLAN identifier": [{ options: { ...vni(1) } }, { options: { ...vni(1) } }] },
    together: { "two of their own": [{ options: { ...vni(1) } }, { options: { ...vni(2) } }] },
  }),
  runner,
);
driverConformance("null", { create: () => driverOf("null"), host, namespace, networks: { plain: {} } }, runner);
