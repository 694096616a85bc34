import { readAddress, readMac, readPrefix } from "@cnm/core";
import { type Guid, guid, isGuid } from "../../hcn/guid.ts";
import * as labels from "../labels.ts";
import { type MacRange, readMacPool } from "./mac.ts";
import { OptionReader } from "./option-reader.ts";
import type { HnsTraits } from "./traits.ts";

const MAX_MTU = 65_535;
const MAX_VLAN = 4094;
/** 24 bits; Windows takes none below 4096. */
const MAX_VSID = 16_777_215;
const LEAST_VSID = 4096;

/** The options of a Windows network, parsed. */
export interface HnsNetworkOptions {
  /** The name in HNS. */
  readonly networkName?: string;
  /** The network is there: it is used, and never changed or deleted. */
  readonly adopted?: Guid;
  readonly interface?: string;
  readonly vlan?: number;
  /** One for each subnet, or one for all. */
  readonly vsids: readonly number[];
  readonly dnsSuffix?: string;
  readonly dnsServers: readonly string[];
  readonly macPool: readonly MacRange[];
  readonly sourceMac?: string;
  readonly icc: boolean;
  /** Endpoints are told to ask the resolver on the gateway address. */
  readonly gatewayDns: boolean;
  readonly outboundNat: boolean;
  readonly outboundNatExceptions: readonly string[];
  readonly providerAddress?: string;
  readonly mtu?: number;
}

/** Options and every fault in them; with faults, the options are of no use. */
export function readNetworkOptions(
  given: Readonly<Record<string, string>>,
  traits: HnsTraits,
): { readonly options: HnsNetworkOptions; readonly faults: readonly string[] } {
  const reader = new OptionReader(given);
  const driver = `the ${traits.name} driver`;
  const refuse = (label: string, unless: boolean, why: string): void => {
    if (!unless && reader.has(label)) reader.fault(label, `${driver} ${why}`);
  };
  refuse(labels.INTERFACE, traits.uplink, "has no adapter: its virtual switch is inside this host");
  refuse(labels.VLAN, traits.vlan, "has no VLANs");
  refuse(labels.VSID, traits.vsid !== "none", "has no virtual subnets");
  refuse(labels.VXLAN_ID_LIST, traits.vsid === "list", "has no VXLAN");
  refuse(labels.PROVIDER_ADDRESS, traits.vsid === "list", "has no VXLAN");
  for (const label of [labels.ENABLE_OUTBOUND_NAT, labels.OUTBOUND_NAT_EXCEPTIONS]) {
    refuse(label, traits.outboundNat !== "none", "has no OutBoundNAT policies: HNS knows them where VFP is");
  }

  const networkName = reader.text(labels.NETWORK_NAME);
  const adopted = adoptedOf(reader);
  const interfaceName = reader.text(labels.INTERFACE);
  const vlan = reader.unsigned(labels.VLAN, 0, MAX_VLAN);
  const dnsSuffix = reader.text(labels.DNS_SUFFIX);
  const dnsServers = addressesOf(reader, labels.DNS_SERVERS);
  const sourceMac = sourceMacOf(reader);
  const mtu = reader.unsigned(labels.MTU, 0, MAX_MTU);
  const providerAddress = addressesOf(reader, labels.PROVIDER_ADDRESS)[0];
  const disableIcc = reader.boolean(labels.DISABLE_ICC) ?? false;
  const disableDns = reader.boolean(labels.DISABLE_DNS) ?? false;
  const disableGatewayDns = reader.boolean(labels.DISABLE_GATEWAY_DNS) ?? false;
  const options: HnsNetworkOptions = {
    ...(networkName === undefined ? {} : { networkName }),
    ...(adopted === undefined ? {} : { adopted }),
    ...(interfaceName === undefined ? {} : { interface: interfaceName }),
    ...(vlan === undefined || vlan === 0 ? {} : { vlan }),
    vsids: vsidsOf(reader),
    ...(dnsSuffix === undefined ? {} : { dnsSuffix }),
    dnsServers,
    macPool: macPoolOf(reader),
    ...(sourceMac === undefined ? {} : { sourceMac }),
    icc: !disableIcc,
    gatewayDns: !(disableDns || disableGatewayDns),
    outboundNat: reader.boolean(labels.ENABLE_OUTBOUND_NAT) ?? traits.outboundNat === "always",
    outboundNatExceptions: exceptionsOf(reader),
    ...(providerAddress === undefined ? {} : { providerAddress }),
    ...(mtu === undefined || mtu === 0 ? {} : { mtu }),
  };
  // Known, and without effect: HNS's newer documents have no routing domains, and what is adopted is never pruned here.
  reader.text(labels.ROUTING_DOMAIN);
  for (const label of [labels.HNS_OWNED, labels.ENABLE_IPV4, labels.ENABLE_IPV6]) reader.boolean(label);
  reader.unknown(driver);
  return { options, faults: reader.faults };
}

function adoptedOf(reader: OptionReader): Guid | undefined {
  const text = reader.text(labels.HNS_ID);
  if (text === undefined) return undefined;
  if (isGuid(text)) return guid(text);
  reader.fault(labels.HNS_ID, `${JSON.stringify(text)} is no GUID: Get-HnsNetwork lists the ids of networks`);
  return undefined;
}

function sourceMacOf(reader: OptionReader): string | undefined {
  const text = reader.text(labels.SOURCE_MAC);
  const read = text === undefined ? undefined : readMac(text);
  if (typeof read === "string") reader.fault(labels.SOURCE_MAC, `${JSON.stringify(text)} is no MAC address: ${read}`);
  return text;
}

function addressesOf(reader: OptionReader, label: string): readonly string[] {
  const addresses = reader.list(label);
  for (const address of addresses) {
    const read = readAddress(address);
    if (typeof read === "string") reader.fault(label, read);
  }
  return addresses;
}

function exceptionsOf(reader: OptionReader): readonly string[] {
  const prefixes = reader.list(labels.OUTBOUND_NAT_EXCEPTIONS);
  for (const prefix of prefixes) {
    const read = prefix.includes("/") ? readPrefix(prefix) : readAddress(prefix);
    if (typeof read === "string") reader.fault(labels.OUTBOUND_NAT_EXCEPTIONS, read);
  }
  return prefixes;
}

function macPoolOf(reader: OptionReader): readonly MacRange[] {
  const text = reader.text(labels.MAC_POOL);
  const read = text === undefined ? [] : readMacPool(text);
  if (typeof read !== "string") return read;
  reader.fault(labels.MAC_POOL, read);
  return [];
}

function vsidsOf(reader: OptionReader): readonly number[] {
  const listed = reader.list(labels.VXLAN_ID_LIST).map((text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= LEAST_VSID && value <= MAX_VSID) return value;
    const why = `Windows takes ${LEAST_VSID} to ${MAX_VSID}`;
    reader.fault(labels.VXLAN_ID_LIST, `invalid vxlan id value ${JSON.stringify(text)} passed: ${why}`);
    return 0;
  });
  const one = reader.unsigned(labels.VSID, 0, MAX_VSID);
  if (listed.length > 0) return listed;
  return one === undefined || one === 0 ? [] : [one];
}
