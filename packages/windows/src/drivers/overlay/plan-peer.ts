import type { Network, OwnerRef } from "@cnm/core";
import { EndpointFlags } from "../../hcn/endpoint.ts";
import { guidOf } from "../../hcn/guid.ts";
import type { EndpointResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import { hnsMac } from "../hns/mac.ts";
import { idOf } from "../hns/names.ts";

/** An endpoint on another host. */
export interface OverlayPeer {
  readonly endpointId: string;
  /** "10.7.0.9/24" */
  readonly address: string;
  readonly macAddress: string;
  /** That host's own address, which VXLAN packets for the endpoint go to. */
  readonly providerAddress: string;
}

/** What this host's VFP has to know of it. It belongs to the network: the endpoint's own host has the endpoint itself. */
export function planPeer(peer: OverlayPeer, network: Pick<Network, "id">): EndpointResource {
  const owner: OwnerRef = { kind: "network", id: network.id };
  const [IpAddress = "", length] = peer.address.split("/");
  return keyed({
    kind: "hcn-endpoint",
    owner,
    id: guidOf(`cnm:peer:${network.id}:${peer.endpointId}`),
    document: {
      Name: `peer ${peer.endpointId.slice(0, 12)}`,
      HostComputeNetwork: idOf(owner),
      IpConfigurations: [{ IpAddress, PrefixLength: Number(length) }],
      MacAddress: hnsMac(peer.macAddress),
      Flags: EndpointFlags.RemoteEndpoint,
      Policies: [{ Type: "ProviderAddress", Settings: { ProviderAddress: peer.providerAddress } }],
    },
  });
}
