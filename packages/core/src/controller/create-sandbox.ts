import type { CallOptions } from "../contracts/platform.ts";
import { CnmError } from "../errors/cnm-error.ts";
import { newSandboxId, shortId } from "../model/ids.ts";
import type { Sandbox } from "../model/sandbox.ts";
import { parseSandboxSpec } from "../options/parse-sandbox-spec.ts";
import type { SandboxSpec } from "../options/sandbox-spec.ts";
import { applyAndRecord } from "./apply-and-record.ts";
import type { Context } from "./context.ts";
import { NEW_SANDBOXES, sandboxLock } from "./locks.ts";
import { operationError } from "./operation-error.ts";
import { deleteSandbox, putSandbox } from "./record-changes.ts";
import { UndoStack } from "./undo-stack.ts";

export async function createSandbox(context: Context, given: SandboxSpec, options: CallOptions = {}): Promise<Sandbox> {
  const spec = parseSandboxSpec(given);
  const pending = draftSandbox(context, spec);
  return context.locks.with([sandboxLock(pending.id)], async () => {
    const undo = new UndoStack();
    try {
      options.signal?.throwIfAborted();
      if (spec.netns !== undefined) await context.platform.checkNamespace(spec.netns);
      await reserveSandbox(context, pending, undo);
      return await makeSandbox(context, pending, undo, options);
    } catch (error) {
      throw operationError(`sandbox ${spec.name} is not created`, error, await undo.run());
    }
  });
}

function draftSandbox({ platform }: Context, spec: SandboxSpec): Sandbox {
  const id = newSandboxId();
  return {
    schema: 1,
    id,
    name: spec.name,
    state: "pending",
    created: new Date().toISOString(),
    ...(spec.hostname === undefined ? {} : { hostname: spec.hostname }),
    ...(spec.domainname === undefined ? {} : { domainname: spec.domainname }),
    ...(spec.dns === undefined ? {} : { dns: spec.dns }),
    ...(spec.extraHosts === undefined ? {} : { extraHosts: spec.extraHosts }),
    labels: spec.labels ?? {},
    namespace: namespaceFor(platform, id, spec),
    sysctls: spec.sysctls ?? {},
  };
}

function namespaceFor(platform: Context["platform"], id: string, { host, netns }: SandboxSpec): Sandbox["namespace"] {
  if (host !== true) return { path: netns ?? platform.namespacePath(id), owned: netns === undefined };
  const path = platform.hostNamespace;
  if (path !== undefined) return { path, owned: false, host: true };
  throw new CnmError("unsupported", "no-host-stack", "on this system no sandbox can share the host's own stack");
}

/** Once in the index, nobody else gets its name or its namespace. */
function reserveSandbox({ index, locks }: Context, pending: Sandbox, undo: UndoStack): Promise<void> {
  return locks.also([NEW_SANDBOXES], async () => {
    const same = index.sandboxes.named(pending.name);
    if (same !== undefined) {
      const message = `sandbox with name ${pending.name} already exists (${shortId(same.id)})`;
      throw new CnmError("conflict", "name-in-use", message);
    }
    const { path, owned, host } = pending.namespace;
    const neighbour =
      owned || host === true ? undefined : index.sandboxes.values().find(({ namespace }) => namespace.path === path);
    if (neighbour !== undefined) {
      const message = `namespace ${path} is already that of sandbox ${neighbour.name} (${shortId(neighbour.id)})`;
      throw new CnmError("conflict", "namespace-in-use", message);
    }
    index.sandboxes.put(pending);
    undo.push(() => index.sandboxes.delete(pending));
  });
}

async function makeSandbox(
  { index, planner, shared, platform, writer, emit }: Context,
  pending: Sandbox,
  undo: UndoStack,
  options: CallOptions,
): Promise<Sandbox> {
  const plan = planner.planSandbox(pending);
  undo.push(() => shared.release(pending.id));
  await shared.acquire(plan.shared, pending.id);
  const step = {
    change: { remove: [], add: plan.own },
    intent: [putSandbox(pending)],
    withdrawal: [deleteSandbox(pending)],
  };
  await applyAndRecord(platform, writer, step, options);

  const sandbox: Sandbox = { ...pending, state: "ready" };
  index.sandboxes.put(sandbox);
  writer.writeLater([putSandbox(sandbox)]);
  emit("sandbox.create", { sandbox });
  return sandbox;
}
