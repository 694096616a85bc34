import type { CallOptions } from "../contracts/platform.ts";
import { CnmError } from "../errors/cnm-error.ts";
import { shortId } from "../model/ids.ts";
import type { Network } from "../model/network.ts";
import { refuseOnThisHost, refuseWithoutFeatures } from "./check-host.ts";
import type { CheckedNetwork } from "./check-network-spec.ts";
import type { Context } from "./context.ts";
import { nameOverlap } from "./name-overlap.ts";
import { settlePools } from "./settle-pools.ts";
import type { UndoStack } from "./undo-stack.ts";

/** The network with its pools, if nothing that exists stands in its way. */
export async function settleNetwork(
  context: Context,
  { draft, driver, wishes }: CheckedNetwork,
  undo: UndoStack,
  options: CallOptions,
): Promise<Network> {
  const { index, ipam, platform } = context;
  const same = index.networks.named(draft.name);
  if (same !== undefined) throw nameTaken(draft.name, same);
  const others = index.networks.values();
  const single = driver.singleton === true ? others.find((other) => other.driver === draft.driver) : undefined;
  if (single !== undefined) throw onlyOne(draft.driver, single);

  await refuseWithoutFeatures(platform, driver, draft, options);
  await refuseOnThisHost(platform, driver, draft, options);

  const ipamDriver = ipam.get(draft.ipam.driver);
  const order = { draft, driver, wishes };
  const pools = await settlePools(order, ipamDriver, platform, undo, options).catch((error: unknown) => {
    throw nameOverlap(error, wishes, others);
  });
  const { pools: _, ...rest } = draft;
  const network: Network = { ...rest, state: "pending", ipam: { ...draft.ipam, pools } };
  const clash = driver.networkClash?.(network, others);
  if (clash !== undefined) throw clash;
  return network;
}

const nameTaken = (name: string, other: Network): CnmError =>
  new CnmError("conflict", "name-in-use", `network with name ${name} already exists (${shortId(other.id)})`);

const onlyOne = (driver: string, other: Network): CnmError =>
  new CnmError("forbidden", "only-one-network", `there can be only one ${driver} network, and ${other.name} is it`);
