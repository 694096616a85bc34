import type { Network } from "@cnm/core";
import type { ApiVersion } from "../route/api-version.ts";
import { addressOf, isPlaceholder } from "./addresses.ts";
import type { Member } from "./model.ts";

/** A network as `GET /networks` and `GET /networks/{id}` tell it. */
export function networkJson(network: Network, members: readonly Member[], api: ApiVersion) {
  const { name, id, created, scope, driver, ipv4, ipv6, internal, attachable, options, labels } = network;
  return {
    Name: name,
    Id: id,
    Created: created,
    Scope: scope,
    Driver: driver,
    ...(api >= 48 ? { EnableIPv4: ipv4 } : {}),
    EnableIPv6: ipv6,
    IPAM: ipamJson(network),
    Internal: internal,
    Attachable: attachable,
    Ingress: false,
    ConfigFrom: { Network: "" },
    ConfigOnly: false,
    Containers: Object.fromEntries(members.map((member) => [member.sandbox.id, memberJson(member)])),
    Options: options,
    Labels: labels,
  };
}

export type NetworkJson = ReturnType<typeof networkJson>;

function ipamJson(network: Network) {
  if (isPlaceholder(network)) return { Driver: "default", Options: null, Config: [] };
  const { driver, options, pools } = network.ipam;
  const shown = driver === "null" ? [] : pools;
  return {
    Driver: driver,
    Options: network.name === "bridge" ? null : options,
    Config: shown.map(({ subnet, ipRange, gateway, auxAddresses }) => ({
      Subnet: subnet,
      ...(ipRange === undefined ? {} : { IPRange: ipRange }),
      ...(gateway === undefined ? {} : { Gateway: gateway }),
      ...(Object.keys(auxAddresses).length === 0 ? {} : { AuxiliaryAddresses: auxAddresses }),
    })),
  };
}

function memberJson({ endpoint, sandbox, network }: Member) {
  return {
    Name: sandbox.name,
    EndpointID: endpoint.id,
    MacAddress: isPlaceholder(network) ? "" : endpoint.macAddress,
    IPv4Address: addressOf(endpoint, 4).text,
    IPv6Address: addressOf(endpoint, 6).text,
  };
}
