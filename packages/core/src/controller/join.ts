import type { CallOptions } from "../contracts/platform.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Network } from "../model/network.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { JoinSpec } from "../options/join-spec.ts";
import { applyAndRecord } from "./apply-and-record.ts";
import type { Context } from "./context.ts";
import { draftEndpoint } from "./draft-endpoint.ts";
import { usable } from "./find-record.ts";
import { networkLock, sandboxLock } from "./locks.ts";
import { changedEndpoints, membershipChange } from "./membership.ts";
import { operationError } from "./operation-error.ts";
import { deleteEndpoint, putEndpoint } from "./record-changes.ts";
import { spreadService } from "./spread-service.ts";
import { UndoStack } from "./undo-stack.ts";

export interface JoinParties {
  readonly network: Network;
  readonly sandbox: Sandbox;
}

/** Many sandboxes may join one network at once; one sandbox joins one network after the other. */
export async function join(
  context: Context,
  parties: JoinParties,
  spec: JoinSpec = {},
  options: CallOptions = {},
): Promise<Endpoint> {
  const { index, locks } = context;
  const held = [networkLock(parties.network.id, "shared"), sandboxLock(parties.sandbox.id)];
  const endpoint = await locks.with(held, async () => {
    const network = usable("network", index.networks.get(parties.network.id), parties.network.name);
    const sandbox = usable("sandbox", index.sandboxes.get(parties.sandbox.id), parties.sandbox.name);
    refuseOtherStack(context, network, sandbox);
    const undo = new UndoStack();
    try {
      options.signal?.throwIfAborted();
      const draft = await draftEndpoint(context, network, sandbox, spec, undo, options);
      return await attach(context, { network, sandbox }, draft, undo, options);
    } catch (error) {
      const errors = await undo.run();
      throw operationError(`sandbox ${sandbox.name} does not join network ${network.name}`, error, errors);
    }
  });
  if (endpoint.task !== undefined) await spreadService(context, endpoint.task.serviceId);
  return endpoint;
}

/** In Docker's words. */
function refuseOtherStack({ planner }: Context, network: Network, sandbox: Sandbox): void {
  const onHost = planner.driverOf(network).hostStack === true;
  if (onHost === (sandbox.namespace.host === true)) return;
  const why = onHost
    ? `network ${network.name} is the host's own stack, and sandbox ${sandbox.name} has one of its own: container cannot be disconnected from host network or connected to host network`
    : `sandbox ${sandbox.name} is in the host's own stack: container sharing network namespace with another container or host cannot be connected to any other network`;
  throw new CnmError("invalid", "host-network", why);
}

async function attach(
  { index, planner, shared, platform, writer, addresses, emit }: Context,
  { network, sandbox }: JoinParties,
  draft: Endpoint,
  undo: UndoStack,
  options: CallOptions,
): Promise<Endpoint> {
  const before = index.endpointsOfSandbox(sandbox.id);
  const driver = planner.driverOf(network);
  const size = driver.segmentSize?.(network);
  const segment = size === undefined ? 0 : index.segmentWithRoom(network.id, size);
  const placed = segment === 0 ? draft : { ...draft, segment };
  const after = planner.withGateways([...before, placed]);
  const pending = after.at(-1) ?? placed;
  // Since the draft was made, others have had time to begin its removal.
  if (draft.task !== undefined) usable("service", index.services.get(draft.task.serviceId), draft.task.serviceId);
  const clash = driver.endpointClash?.(pending, network, index.endpointsOfNetwork(network.id));
  if (clash !== undefined) throw clash;
  const changed = changedEndpoints(before, after);
  const originals = before.filter((endpoint) => !after.includes(endpoint));

  // In the index from now on, so that the network's other endpoints see the name taken.
  undo.push(() => {
    index.deleteEndpoint(pending);
    for (const original of originals) index.putEndpoint(original);
  });
  for (const endpoint of [...changed, pending]) index.putEndpoint(endpoint);
  undo.push(() => shared.release(pending.id));
  const plan = planner.planEndpoint(pending, sandbox);
  await shared.acquire(plan.shared, pending.id);

  const { choices } = platform;
  // The others' records change afterwards: until then they tell what these have to give up (see settleGateways).
  const step = {
    change: membershipChange(planner, sandbox, before, after, new Map([[pending, plan]])),
    intent: [putEndpoint(pending), ...addresses.allocationChanges(network, pending.addresses, pending.id)],
    withdrawal: [deleteEndpoint(pending), ...addresses.undoChanges(network, pending.addresses)],
    learn: choices && (() => choices.endpoint(pending, network, options)),
  };
  const made = (await applyAndRecord(platform, writer, step, options)) ?? pending;

  const endpoint: Endpoint = { ...made, state: "ready" };
  index.putEndpoint(endpoint);
  writer.writeLater([
    ...addresses.replacementChanges(network, pending, made),
    ...[...changed, endpoint].map(putEndpoint),
  ]);
  emit("endpoint.join", { endpoint });
  for (const other of changed) emit("endpoint.gateway", { endpoint: other });
  return endpoint;
}
