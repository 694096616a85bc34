import { addressBits, parseAddress } from "../address/address.ts";
import type { NetworkDraft, PlanningDriver } from "../contracts/driver.ts";
import type { IpamDriver, Pool, PoolRequest } from "../contracts/ipam-driver.ts";
import type { CallOptions, Platform } from "../contracts/platform.ts";
import type { NetworkPool } from "../model/network.ts";
import { GATEWAY, REQUEST_ADDRESS_TYPE } from "../options/labels.ts";
import type { PoolWish } from "../options/parse-network-spec.ts";
import type { UndoStack } from "./undo-stack.ts";

export interface PoolOrder {
  readonly draft: NetworkDraft;
  readonly driver: PlanningDriver;
  readonly wishes: readonly PoolWish[];
}

/** Asks the IPAM driver for a network's pools, gateways and auxiliary addresses. */
export async function settlePools(
  { draft, driver, wishes }: PoolOrder,
  ipam: IpamDriver,
  platform: Platform,
  undo: UndoStack,
  options: CallOptions,
): Promise<readonly NetworkPool[]> {
  if (wishes.length === 0) return [];
  const avoid = ipam.name === "null" ? [] : await prefixesToAvoid(draft, platform, options);
  const pools: NetworkPool[] = [];
  for (const wish of wishes) {
    const pool = await ipam.requestPool(poolRequest(draft, wish, avoid), options);
    undo.push(() => ipam.releasePool(pool.id));
    pools.push(await settleAddresses(draft, driver, wish, pool, ipam, options));
  }
  return pools;
}

function poolRequest(draft: NetworkDraft, wish: PoolWish, avoid: PoolRequest["avoid"]): PoolRequest {
  return {
    addressSpace: draft.scope,
    family: wish.family,
    ...(wish.subnet === undefined ? {} : { subnet: wish.subnet }),
    ...(wish.subnet === undefined || wish.ipRange === undefined ? {} : { ipRange: wish.ipRange }),
    options: draft.ipam.options,
    avoid,
  };
}

/** Addresses that were named are taken first, so that the choice of a gateway does not take one of them. */
async function settleAddresses(
  draft: NetworkDraft,
  driver: PlanningDriver,
  wish: PoolWish,
  pool: Pool,
  ipam: IpamDriver,
  options: CallOptions,
): Promise<NetworkPool> {
  const wishedGateway = wish.subnet === undefined ? undefined : wish.gateway;
  const auxAddresses: Readonly<Record<string, string>> = {
    ...driver.hostAddresses?.(draft, { family: wish.family, subnet: pool.subnet }),
    ...(wish.subnet === undefined ? {} : wish.auxAddresses),
  };
  const take = async (address: string | undefined, type: Readonly<Record<string, string>>) => {
    const request = { poolId: pool.id, ...(address === undefined ? {} : { address }) };
    const given = await ipam.requestAddress({ ...request, options: { ...draft.ipam.options, ...type } }, options);
    return withoutLength(given.address);
  };
  const asGateway = { [REQUEST_ADDRESS_TYPE]: GATEWAY };
  const named = wishedGateway === undefined ? undefined : await take(wishedGateway, asGateway);
  for (const address of new Set(Object.values(auxAddresses))) {
    if (address !== named) await take(address, {});
  }
  const further: Record<string, string> = {};
  for (const name of ipam.name === "null" ? [] : (driver.needsAddresses?.(draft, wish.family) ?? [])) {
    if (auxAddresses[name] === undefined) further[name] = await take(undefined, {});
  }
  const told = pool.data[GATEWAY];
  const needed = ipam.name !== "null" && driver.needsGateway(draft, wish.family);
  const gateway = told === undefined ? (named ?? (needed ? await take(undefined, asGateway) : undefined)) : told;
  return {
    family: wish.family,
    poolId: pool.id,
    subnet: pool.subnet,
    ...(pool.ipRange === undefined ? {} : { ipRange: pool.ipRange }),
    ...(gateway === undefined ? {} : { gateway: withoutLength(gateway) }),
    auxAddresses: { ...auxAddresses, ...further },
  };
}

/**
 * Routes of the host, and its name servers. Routes through a link that the network's options name are no hindrance: the
 * network is to be on that very link.
 */
async function prefixesToAvoid(
  draft: NetworkDraft,
  platform: Platform,
  options: CallOptions,
): Promise<PoolRequest["avoid"]> {
  const [routes, servers] = await Promise.all([platform.routes(options), platform.nameservers()]);
  const links = new Set(Object.values(draft.options));
  return [
    ...routes
      .filter(({ own, link }) => !own && !links.has(link))
      .map(({ destination, link }) => ({ prefix: destination, what: `host route via ${link}` })),
    ...servers.map((server) => {
      const bits = addressBits(parseAddress(server).family);
      return { prefix: `${server}/${bits}`, what: "name server of the host" };
    }),
  ];
}

const withoutLength = (address: string): string => address.replace(/\/.*$/, "");
