import { readAddress } from "@cnm/core";
import type { GatewayMode } from "../../firewall/firewall.ts";
import { readInterfacePrefix, readMtu } from "../interface-options.ts";
import * as labels from "../labels.ts";
import { isLinkName, isNewLinkName } from "../link-name.ts";
import { OptionReader } from "../option-reader.ts";

/** A bridge has 1,023 ports, and some of the first one's are for other segments. */
const MOST_PORTS = 1_000;

const MODES: readonly GatewayMode[] = ["nat", "nat-unprotected", "routed", "isolated"];

/** The options of a bridge network, parsed. */
export interface BridgeOptions {
  /** A name that the user chose: a bridge of that name is adopted if there is one. */
  readonly bridgeName?: string;
  readonly masquerade: boolean;
  readonly icc: boolean;
  readonly hostBindingIpv4: string;
  readonly gatewayMode: Readonly<Record<4 | 6, GatewayMode>>;
  readonly inhibitIpv4: boolean;
  readonly trustedInterfaces: readonly string[];
  readonly mtu?: number;
  readonly interfacePrefix: string;
  /** So many endpoints share one bridge; the next ones get another one, behind the first. Absent: all are on one. */
  readonly segmentSize?: number;
  /** Leaving traffic gets this very address, rather than that of the outgoing interface. */
  readonly source: Readonly<Partial<Record<4 | 6, string>>>;
}

/** What networks get that say nothing: a host's own choice, as Docker's daemon has in its configuration. */
export interface BridgeDefaults {
  readonly icc: boolean;
  readonly masquerade: boolean;
  readonly mtu?: number;
  readonly hostBindingIpv4: string;
  /** 0: all endpoints on one bridge. */
  readonly segmentSize: number;
}

/** Options and every fault in them; with faults, the options are of no use. */
export function readBridgeOptions(
  options: Readonly<Record<string, string>>,
  defaults: BridgeDefaults,
): { readonly options: BridgeOptions; readonly faults: readonly string[] } {
  const reader = new OptionReader(options);
  const bridgeName = reader.text(labels.BRIDGE_NAME);
  if (bridgeName !== undefined && !isNewLinkName(bridgeName)) {
    reader.faults.push(
      `option ${labels.BRIDGE_NAME}: "${bridgeName}" cannot be the name of a link (at most 15 characters, no space, slash or colon)`,
    );
  }
  const mtu = readMtu(reader);
  const interfacePrefix = readInterfacePrefix(reader);
  const segmentSize = readSegmentSize(reader, bridgeName, defaults);
  const trustedInterfaces = (reader.text(labels.TRUSTED_HOST_INTERFACES) ?? "")
    .split(":")
    .filter((name) => name !== "");
  for (const name of trustedInterfaces) {
    if (!isLinkName(name)) reader.faults.push(`option ${labels.TRUSTED_HOST_INTERFACES}: "${name}" is not a link name`);
  }
  const source = { 4: addressOption(reader, labels.HOST_IPV4, 4), 6: addressOption(reader, labels.HOST_IPV6, 6) };
  const parsed: BridgeOptions = {
    ...(bridgeName === undefined ? {} : { bridgeName }),
    masquerade: reader.boolean(labels.ENABLE_IP_MASQUERADE, defaults.masquerade),
    icc: reader.boolean(labels.ENABLE_ICC, defaults.icc),
    hostBindingIpv4: addressOption(reader, labels.HOST_BINDING_IPV4, 4) ?? defaults.hostBindingIpv4,
    gatewayMode: {
      4: reader.choice(labels.GATEWAY_MODE_IPV4, MODES, "nat"),
      6: reader.choice(labels.GATEWAY_MODE_IPV6, MODES, "nat"),
    },
    inhibitIpv4: reader.boolean(labels.INHIBIT_IPV4, false),
    trustedInterfaces,
    ...mtuOf(mtu, defaults.mtu),
    interfacePrefix,
    ...(segmentSize === 0 ? {} : { segmentSize }),
    source: {
      ...(source[4] === undefined ? {} : { 4: source[4] }),
      ...(source[6] === undefined ? {} : { 6: source[6] }),
    },
  };
  // Docker's CLI sends these beside the fields of the same meaning, which have been read already.
  for (const label of [labels.ENABLE_IPV4, labels.ENABLE_IPV6, labels.DEFAULT_BRIDGE]) reader.boolean(label, false);
  reader.unknown("the bridge driver");
  return { options: parsed, faults: reader.faults };
}

/** A bridge of a chosen name may be somebody else's, with settings that one behind it would not have. */
function readSegmentSize(reader: OptionReader, bridgeName: string | undefined, defaults: BridgeDefaults): number {
  const size = reader.integer(labels.SEGMENT_SIZE, 0, MOST_PORTS);
  if (bridgeName === undefined) return size ?? defaults.segmentSize;
  if (size !== undefined && size > 0) {
    reader.faults.push(
      `option ${labels.SEGMENT_SIZE}: a bridge of a chosen name (${labels.BRIDGE_NAME}) is the only one`,
    );
  }
  return 0;
}

function mtuOf(given: number | undefined, otherwise: number | undefined): { readonly mtu?: number } {
  const mtu = given ?? otherwise;
  return mtu === undefined ? {} : { mtu };
}

function addressOption(reader: OptionReader, label: string, family: 4 | 6): string | undefined {
  const text = reader.text(label);
  if (text === undefined || text === "") return undefined;
  const address = readAddress(text);
  if (typeof address === "string") reader.faults.push(`option ${label}: ${address}`);
  else if (address.family !== family) reader.faults.push(`option ${label}: ${text} is not an IPv${family} address`);
  return text;
}
