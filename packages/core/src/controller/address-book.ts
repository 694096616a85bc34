import { parseAddress } from "../address/address.ts";
import { contains, formatPrefix, parsePrefix } from "../address/prefix.ts";
import type { CallOptions } from "../contracts/platform.ts";
import type { StoreChange, StoreEntry, StoreValue } from "../contracts/store.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Endpoint, EndpointAddress } from "../model/endpoint.ts";
import { shortId } from "../model/ids.ts";
import type { Family, Network, NetworkPool } from "../model/network.ts";
import { ENDPOINT_MAC } from "../options/labels.ts";
import type { AddressWish } from "../options/parse-join-spec.ts";
import type { IpamRegistry } from "./ipam-registry.ts";
import type { UndoStack } from "./undo-stack.ts";

/** Where allocations are in the store: `ipam/<network>/<index of the pool>/<address>`. */
export const ALLOCATIONS = "ipam/";

/** As many given back addresses are remembered for each pool: what the default IPAM driver lets rest at most. */
const LONGEST_MEMORY = 1024;

export interface AddressOrder {
  readonly network: Network;
  readonly wishes: readonly AddressWish[];
  readonly macAddress: string;
}

/**
 * Addresses of endpoints: asks IPAM drivers for them, and keeps in the store who has which, and which were given back
 * last, so that these are not handed out at once after a restart.
 */
export class AddressBook {
  readonly #ipam: IpamRegistry;
  /** Given back addresses of each pool, oldest first, with the number of their return. */
  readonly #returned = new Map<string, Map<string, number>>();
  #returns = 0;

  constructor(ipam: IpamRegistry) {
    this.#ipam = ipam;
  }

  /** One address of each family that the network has, and the link-local ones that are wished beside. */
  async allocate(order: AddressOrder, undo: UndoStack, options: CallOptions = {}): Promise<readonly EndpointAddress[]> {
    const { network, wishes } = order;
    const extras: EndpointAddress[] = [];
    const named = new Map<Family, { readonly address: string; readonly pool: NetworkPool }>();
    for (const { family, address, linkLocal } of wishes) {
      const pool = poolWith(network, address);
      if (pool !== undefined) named.set(family, { address, pool });
      else if (linkLocal) extras.push({ family, address: `${address}/${family === 4 ? 16 : 64}` });
      else throw notOnNetwork(network, address);
    }
    if (network.ipam.driver === "null") {
      for (const { address } of named.values()) throw notOnNetwork(network, address);
      return extras;
    }

    const allocated: EndpointAddress[] = [];
    for (const { family } of network.ipam.pools) {
      // Several pools of a family are one choice.
      if (allocated.some((one) => one.family === family)) continue;
      const wish = named.get(family);
      const pools = wish === undefined ? network.ipam.pools.filter((pool) => pool.family === family) : [wish.pool];
      allocated.push(await this.#request(order, family, pools, wish?.address, undo, options));
    }
    return extras.length === 0 ? allocated : [...allocated, ...extras];
  }

  /** The records of new allocations. */
  allocationChanges(network: Network, addresses: readonly EndpointAddress[], owner: string): readonly StoreChange[] {
    return pooled(network, addresses).map(({ place, address }) => {
      this.#returned.get(place)?.delete(address);
      return { op: "put", key: `${ALLOCATIONS}${place}/${address}`, value: { owner } };
    });
  }

  /** Takes allocations back as if they had never been. */
  undoChanges(network: Network, addresses: readonly EndpointAddress[]): readonly StoreChange[] {
    return pooled(network, addresses).map(({ place, address }) => ({
      op: "delete",
      key: `${ALLOCATIONS}${place}/${address}`,
    }));
  }

  /** The records of allocations whose addresses the host itself has chosen. */
  replacementChanges(network: Network, asked: Endpoint, made: Endpoint): readonly StoreChange[] {
    if (made.addresses === asked.addresses) return [];
    return [...this.undoChanges(network, asked.addresses), ...this.allocationChanges(network, made.addresses, made.id)];
  }

  /** Gives addresses back to IPAM, and tells how this is written down. */
  async release(network: Network, addresses: readonly EndpointAddress[]): Promise<readonly StoreChange[]> {
    const changes: StoreChange[] = [];
    for (const { pool, place, address } of pooled(network, addresses)) {
      await this.#ipam.get(network.ipam.driver).releaseAddress(pool.poolId, address);
      changes.push(...this.#noteReturn(place, address));
    }
    return changes;
  }

  /** Removes everything that is known of a network's addresses. */
  forgetNetwork(network: Network): readonly StoreChange[] {
    return network.ipam.pools.flatMap((_, index) => {
      const place = placeOf(network, index);
      const addresses = [...(this.#returned.get(place)?.keys() ?? [])];
      this.#returned.delete(place);
      return addresses.map((address): StoreChange => ({ op: "delete", key: `${ALLOCATIONS}${place}/${address}` }));
    });
  }

  /**
   * At start: asks IPAM again for what the network's endpoints have, and tells it what was given back. Returns how
   * allocations that nobody has are dropped.
   */
  async restore(
    network: Network,
    holders: readonly Pick<Endpoint, "addresses">[],
    entries: readonly StoreEntry[],
  ): Promise<readonly StoreChange[]> {
    const driver = this.#ipam.get(network.ipam.driver);
    const { requiresReplay } = await this.#ipam.capabilities(driver);
    const inUse = new Set<string>();
    for (const { pool, place, address } of holders.flatMap(({ addresses }) => pooled(network, addresses))) {
      inUse.add(`${ALLOCATIONS}${place}/${address}`);
      if (requiresReplay) await driver.requestAddress({ poolId: pool.poolId, address, options: {} });
    }
    const returned = entries
      .flatMap(({ key, value }) => (inUse.has(key) ? [] : [{ key, number: returnNumber(value) }]))
      .sort((a, b) => (a.number ?? 0) - (b.number ?? 0));
    for (const [index, { poolId }] of network.ipam.pools.entries()) {
      const place = placeOf(network, index);
      const prefix = `${ALLOCATIONS}${place}/`;
      const resting = returned.filter(({ key, number }) => number !== undefined && key.startsWith(prefix));
      this.#returned.set(place, new Map(resting.map(({ key, number }) => [key.slice(prefix.length), number ?? 0])));
      if (requiresReplay) driver.restoreReleased?.(poolId, [...(this.#returned.get(place)?.keys() ?? [])]);
    }
    this.#returns = Math.max(this.#returns, returned.at(-1)?.number ?? 0);
    return returned.filter(({ number }) => number === undefined).map(({ key }) => ({ op: "delete", key }));
  }

  async #request(
    { network, macAddress }: AddressOrder,
    family: Family,
    pools: readonly NetworkPool[],
    address: string | undefined,
    undo: UndoStack,
    options: CallOptions,
  ): Promise<EndpointAddress> {
    const driver = this.#ipam.get(network.ipam.driver);
    const { requiresMacAddress } = await this.#ipam.capabilities(driver);
    const given = network.ipam.options;
    const requestOptions = requiresMacAddress ? { ...given, [ENDPOINT_MAC]: macAddress } : given;
    let full: unknown;
    for (const { poolId } of pools) {
      const request =
        address === undefined ? { poolId, options: requestOptions } : { poolId, address, options: requestOptions };
      try {
        const allocated = await driver.requestAddress(request, options);
        undo.push(() => driver.releaseAddress(poolId, withoutLength(allocated.address)));
        return { family, address: allocated.address, poolId };
      } catch (error) {
        if (!(error instanceof CnmError) || error.code !== "no-address") throw error;
        full = error;
      }
    }
    throw noAddressLeft(network, family, full);
  }

  #noteReturn(place: string, address: string): readonly StoreChange[] {
    const returned = this.#returned.get(place) ?? new Map<string, number>();
    this.#returned.set(place, returned);
    returned.delete(address);
    returned.set(address, ++this.#returns);
    const put: StoreChange = {
      op: "put",
      key: `${ALLOCATIONS}${place}/${address}`,
      value: { returned: this.#returns },
    };
    const [oldest] = returned.keys();
    if (returned.size <= LONGEST_MEMORY || oldest === undefined) return [put];
    returned.delete(oldest);
    return [put, { op: "delete", key: `${ALLOCATIONS}${place}/${oldest}` }];
  }
}

interface PooledAddress {
  readonly pool: NetworkPool;
  readonly place: string;
  /** Without the prefix length. */
  readonly address: string;
}

function pooled(network: Network, addresses: readonly EndpointAddress[]): readonly PooledAddress[] {
  return addresses.flatMap(({ address, poolId }) => {
    const index = network.ipam.pools.findIndex((candidate) => candidate.poolId === poolId);
    const pool = network.ipam.pools[index];
    if (pool === undefined) return [];
    return [{ pool, place: placeOf(network, index), address: withoutLength(address) }];
  });
}

const placeOf = (network: Network, index: number): string => `${network.id}/${index}`;

function withoutLength(address: string): string {
  const slash = address.indexOf("/");
  return slash < 0 ? address : address.slice(0, slash);
}

function poolWith(network: Network, text: string): NetworkPool | undefined {
  const address = parseAddress(text);
  return network.ipam.pools.find(({ subnet }) => contains(parsePrefix(subnet), address));
}

function returnNumber(value: StoreValue): number | undefined {
  if (typeof value !== "object" || value === null || !("returned" in value)) return undefined;
  return typeof value.returned === "number" ? value.returned : undefined;
}

function notOnNetwork(network: Network, address: string): CnmError {
  const subnets = network.ipam.pools.map(({ subnet }) => formatPrefix(parsePrefix(subnet))).join(", ");
  const message = `address ${address} does not belong to any of this network's subnets (${subnets || "it has none"})`;
  return new CnmError("invalid", "address-not-on-network", message);
}

function noAddressLeft(network: Network, family: Family, cause: unknown): CnmError {
  const where = `${network.name} (${shortId(network.id)})`;
  const message = `no available IPv${family} addresses on this network's address pools: ${where}`;
  return new CnmError("unavailable", "no-address", message, { cause });
}
