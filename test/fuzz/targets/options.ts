import { parsePortSpec } from "@cnm/core";
import { parseJoinSpec } from "../../../packages/core/src/options/parse-join-spec.ts";
import { parseNetworkSpec } from "../../../packages/core/src/options/parse-network-spec.ts";
import { parseSandboxSpec } from "../../../packages/core/src/options/parse-sandbox-spec.ts";
import { readBridgeOptions } from "../../../packages/linux/src/drivers/bridge/bridge-options.ts";
import { readEndpointOptions } from "../../../packages/linux/src/drivers/endpoint-options.ts";
import * as labels from "../../../packages/linux/src/drivers/labels.ts";
import { parseNameservers } from "../../../packages/linux/src/platform/nameservers.ts";
import { below, pick, several } from "../pick.ts";
import type { FuzzTarget, Random } from "../target.ts";
import { someText, someValue, textOf, toBytes, toText } from "../texts.ts";

/** Fields of the right names, each with a value of the right shape or with any. */
export type Shape = Readonly<Record<string, (random: Random) => unknown>>;

export const texts = (random: Random) => several(random, 4, () => someText(random));
export const textMap = (random: Random) =>
  Object.fromEntries(several(random, 4, () => [someText(random), someText(random)]));
const flag = (random: Random) => random() < 0.5;
const portText = (random: Random) => textOf(random, PORT_PIECES, 8);
const PORT_PIECES = [
  "80",
  "8080",
  "0",
  "65535",
  "65536",
  "1",
  "7",
  ":",
  ":",
  "-",
  "/",
  "tcp",
  "udp",
  "SCTP",
  "127.0.0.1",
  "[::1]",
  "[",
  "]",
  " ",
];

export const shaped = (name: string, shape: Shape, parse: (value: unknown) => unknown): FuzzTarget => ({
  name,
  generate(random) {
    if (random() < 0.1) return toBytes(JSON.stringify(someValue(random)));
    const fields = several(random, 8, () => pick(random, Object.keys(shape)));
    const value = Object.fromEntries(
      fields.map((field) => [field, random() < 0.3 ? someValue(random) : shape[field]?.(random)]),
    );
    return toBytes(JSON.stringify(value));
  },
  run: (input) => parse(parsed(toText(input))),
});

const SUBNET: Shape = { subnet: someText, ipRange: someText, gateway: someText, auxAddresses: textMap };
export const some = (shape: Shape) => (random: Random) =>
  Object.fromEntries(Object.entries(shape).flatMap(([field, make]) => (random() < 0.5 ? [[field, make(random)]] : [])));
const SUBNETS = ["10.7.0.0/24", "fd07::/64", "0.0.0.0/26"];

const NETWORK: Shape = {
  name: someText,
  driver: someText,
  ipv4: flag,
  ipv6: flag,
  internal: flag,
  attachable: flag,
  labels: textMap,
  options: textMap,
  ipam: (random) => ({
    subnets: several(random, 4, () =>
      random() < 0.5 ? someText(random) : { ...some(SUBNET)(random), subnet: pick(random, SUBNETS) },
    ),
  }),
};

const JOIN: Shape = {
  name: someText,
  aliases: texts,
  ports: (random) => several(random, 4, () => portText(random)),
  exposed: (random) => several(random, 4, () => portText(random)),
  addresses: texts,
  mac: someText,
  interfaceName: someText,
  gatewayPriority: (random) => below(random, 10),
  options: textMap,
  sysctls: textMap,
  announce: (random) => ({ count: below(random, 5), intervalMs: below(random, 3_000) }),
};

const SANDBOX: Shape = {
  name: someText,
  netns: someText,
  hostname: someText,
  domainname: someText,
  dns: (random) => some({ servers: texts, search: texts, options: texts })(random),
  extraHosts: texts,
  labels: textMap,
  sysctls: textMap,
};

/** Docker's labels with texts of all kinds. */
const LABELS: Shape = Object.fromEntries(
  Object.values(labels).map((label) => [label, (random: Random) => pick(random, [someText, sysctls])(random)]),
);
const sysctls = (random: Random): string =>
  textOf(random, ["net.ipv4.conf.IFNAME.log_martians=1", "net.ipv6", ".IFNAME.", "accept_ra", "=", ",", "0", " "], 6);

const DEFAULTS = { icc: true, masquerade: true, hostBindingIpv4: "0.0.0.0", segmentSize: 128 };

export const options = (): readonly FuzzTarget[] => [
  shaped("network spec", NETWORK, (value) => parseNetworkSpec(value, { driver: "bridge", options: {} })),
  shaped("join spec", JOIN, (value) => parseJoinSpec(value)),
  shaped("sandbox spec", SANDBOX, (value) => parseSandboxSpec(value)),
  shaped("bridge options", LABELS, (value) => readBridgeOptions(onlyTexts(value), DEFAULTS)),
  shaped("endpoint options", LABELS, (value) => readEndpointOptions(onlyTexts(value), "eth0")),
  { name: "port spec", generate: (random) => toBytes(portText(random)), run: (input) => parsePortSpec(toText(input)) },
  {
    name: "name servers",
    generate: (random) =>
      toBytes(
        textOf(random, ["nameserver ", "192.0.2.1", "fe80::1%eth0", "\n", "\r\n", "#", "\t", "search x", " "], 20),
      ),
    run: (input) => parseNameservers(toText(input)),
  },
];

/** Core has made sure of this before a driver sees the options. */
function onlyTexts(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** A file that somebody edited by hand may hold no JSON; there is nothing to parse then. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
