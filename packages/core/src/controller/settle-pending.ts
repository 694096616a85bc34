import type { Endpoint } from "../model/endpoint.ts";
import type { LifeState, Network } from "../model/network.ts";
import { formatOwner, type OwnerRef } from "../model/owner.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Service } from "../model/service.ts";
import type { Failures } from "./apply-by-owner.ts";
import type { Context } from "./context.ts";
import { forgetEndpoint } from "./forget-endpoint.ts";
import { leaveSandbox } from "./leave.ts";
import { putEndpoint, putNetwork, putSandbox, putService } from "./record-changes.ts";
import { forgetNetwork, takeDownNetwork } from "./remove-network.ts";
import { forgetSandbox, removePieceByPiece } from "./remove-sandbox.ts";
import { forgetService } from "./remove-service.ts";

/**
 * After the host was made to match: what was pending is ready, and what was being deleted is gone. What failed while it
 * was pending is undone. Returns what cannot be undone either.
 */
export async function settlePending(context: Context, failures: Failures): Promise<readonly unknown[]> {
  const { index, shared } = context;
  const errors: unknown[] = [];
  const settle = async (kind: OwnerRef["kind"], { id, state }: { id: string; state: LifeState }, steps: Steps) => {
    try {
      if (failures.has(formatOwner({ kind, id }))) {
        if (state === "pending") await steps.undo();
      } else if (state === "pending") await steps.ready();
      else if (state === "deleting" && steps.free()) await steps.forget();
    } catch (error) {
      errors.push(error);
    }
  };

  for (const endpoint of index.endpoints()) {
    const sandbox = index.sandboxes.get(endpoint.sandboxId);
    const state = sandbox?.state === "deleting" ? sandbox.state : endpoint.state;
    await settle("endpoint", { id: endpoint.id, state }, endpointSteps(context, endpoint, sandbox));
  }
  for (const sandbox of index.sandboxes.values()) await settle("sandbox", sandbox, sandboxSteps(context, sandbox));
  for (const service of index.services.values()) await settle("service", service, serviceSteps(context, service));
  for (const network of index.networks.values()) await settle("network", network, networkSteps(context, network));
  await shared.removeUnclaimed().catch((error: unknown) => errors.push(error));
  return errors;
}

interface Steps {
  ready(): Promise<void>;
  undo(): Promise<void>;
  forget(): Promise<void>;
  /** Whether nothing stands on it any more. */
  free(): boolean;
}

function endpointSteps(context: Context, endpoint: Endpoint, sandbox: Sandbox | undefined): Steps {
  return {
    free: () => true,
    forget: () => forgetEndpoint(context, endpoint),
    undo: async () => (sandbox === undefined ? undefined : leaveSandbox(context, sandbox, endpoint, {})),
    ready: async () => {
      const { index, platform, writer, addresses, planner } = context;
      const network = planner.networkOf(endpoint);
      const made = (await platform.choices?.endpoint(endpoint, network)) ?? endpoint;
      const ready: Endpoint = { ...made, state: "ready" };
      index.putEndpoint(ready);
      writer.writeLater([...addresses.replacementChanges(network, endpoint, made), putEndpoint(ready)]);
    },
  };
}

function sandboxSteps(context: Context, sandbox: Sandbox): Steps {
  return {
    free: () => context.index.endpointsOfSandbox(sandbox.id).length === 0,
    forget: () => forgetSandbox(context, sandbox),
    undo: () => removePieceByPiece(context, sandbox, {}),
    ready: async () => {
      const ready: Sandbox = { ...sandbox, state: "ready" };
      context.index.sandboxes.put(ready);
      context.writer.writeLater([putSandbox(ready)]);
    },
  };
}

function serviceSteps(context: Context, service: Service): Steps {
  return {
    free: () => true,
    forget: () => forgetService(context, service),
    undo: () => forgetService(context, service),
    ready: async () => {
      const ready: Service = { ...service, state: "ready" };
      context.index.services.put(ready);
      context.writer.writeLater([putService(ready)]);
    },
  };
}

function networkSteps(context: Context, network: Network): Steps {
  return {
    free: () => context.index.endpointsOfNetwork(network.id).length === 0,
    forget: () => forgetNetwork(context, network),
    undo: () => takeDownNetwork(context, network, {}),
    ready: async () => {
      const made = (await context.platform.choices?.network(network)) ?? network;
      const ready: Network = { ...made, state: "ready" };
      context.index.networks.put(ready);
      context.writer.writeLater([putNetwork(ready)]);
    },
  };
}
