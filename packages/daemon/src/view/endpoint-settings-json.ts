import { type Endpoint, shortId } from "@cnm/core";
import type { ApiVersion } from "../route/api-version.ts";
import { addressOf, extraAddresses, gatewayOf, isPlaceholder } from "./addresses.ts";
import type { Member } from "./model.ts";

/** A label of endpoints that were asked for over the Engine API: the addresses that were named, with commas. */
export const WISHED_ADDRESSES = "cnm.engine.wished-addresses";

/** What the sandbox's side sees of an endpoint: an entry of `NetworkSettings.Networks`. */
export function endpointSettingsJson({ endpoint, network, sandbox }: Member, api: ApiVersion) {
  const ipv4 = addressOf(endpoint, 4);
  const ipv6 = addressOf(endpoint, 6);
  const own = [shortId(sandbox.id), ...(sandbox.hostname === undefined ? [] : [sandbox.hostname])];
  const aliases = isPlaceholder(network) ? [] : [...endpoint.aliases, ...(api < 45 ? own : [])];
  return {
    IPAMConfig: ipamConfig(endpoint),
    Links: null,
    Aliases: aliases.length === 0 ? null : [...new Set(aliases)],
    NetworkID: network.id,
    EndpointID: endpoint.id,
    Gateway: gatewayOf(network, endpoint, 4),
    IPAddress: ipv4.address,
    IPPrefixLen: ipv4.length,
    IPv6Gateway: gatewayOf(network, endpoint, 6),
    GlobalIPv6Address: ipv6.address,
    GlobalIPv6PrefixLen: ipv6.length,
    MacAddress: isPlaceholder(network) ? "" : endpoint.macAddress,
    DriverOpts: Object.keys(endpoint.options).length === 0 ? null : endpoint.options,
    ...(api >= 48 ? { GwPriority: endpoint.gatewayPriority } : {}),
    ...(api >= 44 ? { DNSNames: isPlaceholder(network) ? null : dnsNames(sandbox.name, endpoint.aliases, own) } : {}),
  };
}

export type EndpointSettingsJson = ReturnType<typeof endpointSettingsJson>;

/** Which addresses were asked for: an endpoint's record has only what it got, so its labels say what of that was a wish. */
function ipamConfig({ labels, addresses }: Endpoint) {
  const wished = labels[WISHED_ADDRESSES];
  if (wished === undefined) return null;
  const texts = wished.split(",").filter((text) => text !== "");
  const linkLocal = extraAddresses({ addresses });
  const family = (colon: boolean) => texts.find((text) => text.includes(":") === colon && !linkLocal.includes(text));
  const ipv4 = family(false);
  const ipv6 = family(true);
  return {
    ...(ipv4 === undefined ? {} : { IPv4Address: ipv4 }),
    ...(ipv6 === undefined ? {} : { IPv6Address: ipv6 }),
    ...(linkLocal.length === 0 ? {} : { LinkLocalIPs: linkLocal }),
  };
}

const dnsNames = (name: string, aliases: readonly string[], own: readonly string[]): readonly string[] => [
  ...new Set([name, ...aliases, ...own]),
];
