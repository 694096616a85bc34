import type { CallOptions } from "../contracts/platform.ts";
import type { Network } from "../model/network.ts";
import type { Resource } from "../model/resource.ts";
import type { NetworkSpec } from "../options/network-spec.ts";
import { applyAndRecord } from "./apply-and-record.ts";
import { type CheckedNetwork, checkNetworkSpec } from "./check-network-spec.ts";
import type { Context } from "./context.ts";
import { NEW_NETWORKS, networkLock } from "./locks.ts";
import { operationError } from "./operation-error.ts";
import { deleteNetwork, putNetwork } from "./record-changes.ts";
import { settleNetwork } from "./settle-network.ts";
import { UndoStack } from "./undo-stack.ts";

export async function createNetwork(context: Context, spec: NetworkSpec, options: CallOptions = {}): Promise<Network> {
  const checked = checkNetworkSpec(context, spec);
  return context.locks.with([networkLock(checked.draft.id, "exclusive")], async () => {
    const undo = new UndoStack();
    try {
      options.signal?.throwIfAborted();
      const pending = await reserveNetwork(context, checked, undo, options);
      return await makeNetwork(context, pending, undo, options);
    } catch (error) {
      throw operationError(`network ${checked.draft.name} is not created`, error, await undo.run());
    }
  });
}

/** Once in the index, nobody else gets its name or its bridge. */
function reserveNetwork(
  context: Context,
  checked: CheckedNetwork,
  undo: UndoStack,
  options: CallOptions,
): Promise<Network> {
  return context.locks.also([NEW_NETWORKS], async () => {
    const pending = await settleNetwork(context, checked, undo, options);
    context.index.networks.put(pending);
    undo.push(() => context.index.networks.delete(pending));
    return pending;
  });
}

async function makeNetwork(
  { index, planner, shared, platform, writer, emit }: Context,
  pending: Network,
  undo: UndoStack,
  options: CallOptions,
): Promise<Network> {
  const plan = planner.planNetwork(pending);
  undo.push(() => shared.release(pending.id));
  await shared.acquire(plan.shared, pending.id);
  const { choices } = platform;
  const step = {
    change: { remove: [], add: plan.own },
    intent: [putNetwork(pending)],
    withdrawal: [deleteNetwork(pending)],
    learn: choices && (() => choices.network(pending, options)),
  };
  const made = await applyAndRecord(platform, writer, step, options);

  const network: Network = { ...(made ?? pending), state: "ready" };
  index.networks.put(network);
  writer.writeLater([putNetwork(network)]);
  emit("network.create", { network });
  return network;
}

/** What createNetwork would make. Nothing is done: pools are asked for and given back. */
export async function planNetwork(
  context: Context,
  spec: NetworkSpec,
  options: CallOptions = {},
): Promise<readonly Resource[]> {
  const checked = checkNetworkSpec(context, spec);
  return context.locks.with([NEW_NETWORKS], async () => {
    const undo = new UndoStack();
    try {
      const { own, shared } = context.planner.planNetwork(await settleNetwork(context, checked, undo, options));
      return [...shared, ...own];
    } catch (error) {
      throw operationError(`network ${checked.draft.name} cannot be created`, error);
    } finally {
      await undo.run();
    }
  });
}
