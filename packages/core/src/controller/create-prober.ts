import type { Clock } from "../discovery/forward/clock.ts";
import { CnmError } from "../errors/cnm-error.ts";
import { Prober } from "../health/prober.ts";
import { runTest } from "../health/run-test.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { HealthTest } from "../model/health-check.ts";
import { changeTask } from "./change-task.ts";
import type { Context } from "./context.ts";
import { reasonOf } from "./operation-error.ts";

const LEAVING: ReadonlySet<string> = new Set(["no-task", "being-removed"]);

/** Tests tasks in their sandboxes, and keeps what it finds in their records. */
export function createProber(context: () => Context, clock: Clock): Prober {
  const endpointOf = (id: string): Endpoint | undefined => context().index.endpoint(id);
  return new Prober({
    clock,
    run: (id, test, signal) => run(context(), endpointOf(id), test, signal),
    healthOf: (id) => endpointOf(id)?.task?.health,
    async tell(id, health, output) {
      const endpoint = endpointOf(id);
      if (endpoint?.task === undefined) return;
      await changeTask(context(), endpoint, { health, checked: true }, output);
    },
    onError(id, error) {
      // It may have left meanwhile, or be about to.
      if (error instanceof CnmError && (error.kind === "not-found" || LEAVING.has(error.code))) return;
      const name = endpointOf(id)?.name ?? id;
      context().logger.error({ err: error, endpoint: id }, `health of task ${name} is not told: ${reasonOf(error)}`);
    },
  });
}

async function run(
  { index, platform, runInSandbox }: Context,
  endpoint: Endpoint | undefined,
  test: HealthTest,
  signal: AbortSignal,
): Promise<string> {
  const sandbox = endpoint === undefined ? undefined : index.sandboxes.get(endpoint.sandboxId);
  if (endpoint === undefined || sandbox === undefined) throw new Error("the task has gone");
  const own = endpoint.addresses.filter(({ poolId }) => poolId !== undefined);
  return await runTest(
    test,
    own.map(({ address }) => address.replace(/\/.*$/, "")),
    {
      connect: async (address, port, giveUp) => {
        if (platform.connect === undefined) throw new Error(`no connections are made from inside on ${platform.name}`);
        return await platform.connect({ namespacePath: sandbox.namespace.path, address, port }, { signal: giveUp });
      },
      exec: async (command, giveUp) => {
        if (runInSandbox === undefined) throw new Error("nobody here runs programs in sandboxes");
        return await runInSandbox(sandbox, command, giveUp);
      },
    },
    signal,
  );
}
