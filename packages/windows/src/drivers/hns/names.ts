import { type Endpoint, formatOwner, type Network, type OwnerRef } from "@cnm/core";
import { type Guid, guidOf } from "../../hcn/guid.ts";
import type { HnsNetworkOptions } from "./network-options.ts";

/** The id of the one object that a record has. */
export const idOf = (owner: OwnerRef): Guid => guidOf(formatOwner(owner));

export const networkId = ({ id }: Pick<Network, "id">, { adopted }: Pick<HnsNetworkOptions, "adopted">): Guid =>
  adopted ?? idOf({ kind: "network", id });

/** What Get-HnsNetwork and hnsdiag show. */
export const hnsName = ({ name }: Pick<Network, "name">, { networkName }: Pick<HnsNetworkOptions, "networkName">) =>
  networkName ?? name;

/**
 * As CNI plugins name endpoints, and the interface's name in the model behind a space, for HNS has no field for that: names of
 * networks and endpoints have no spaces.
 */
export const endpointName = ({ name, interfaceName }: Endpoint, network: Network): string =>
  `${name}_${network.name} ${interfaceName}`;

/** The interface's name in an endpoint's; other people's endpoints are called as they are. */
export const interfaceNameOf = (endpointName: string): string => endpointName.slice(endpointName.indexOf(" ") + 1);
