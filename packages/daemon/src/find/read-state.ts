import type { EndpointHandle, HealthReport, NetworkHandle, SandboxHandle } from "@cnm/core";
import { CnmError } from "@cnm/core";
import type { DaemonContext } from "../context.ts";
import type { Member, SandboxState } from "../view/model.ts";

/** Everything about one sandbox. */
export async function sandboxState(
  { cnm, records, files }: Pick<DaemonContext, "cnm" | "records" | "files">,
  handle: SandboxHandle,
): Promise<SandboxState> {
  const sandbox = await handle.info();
  const members: Member[] = [];
  const handles = await handle.endpoints();
  const reports = reportsOf(handles);
  for (const endpoint of await infos(handles)) {
    const network = await (await cnm.network(endpoint.networkId)).info();
    members.push({ endpoint, sandbox, network, report: reports.get(endpoint.id) });
  }
  const record = records.get(sandbox.id);
  return { sandbox, record, members, etcDir: files.etcDir(sandbox.id), logPath: files.logPath(sandbox.id) };
}

/** The endpoints of one network with their sandboxes. */
export async function networkMembers({ cnm }: Pick<DaemonContext, "cnm">, handle: NetworkHandle) {
  const network = await handle.info();
  const members: Member[] = [];
  for (const endpoint of await infos(await handle.endpoints())) {
    const sandbox = await (await cnm.sandbox(endpoint.sandboxId)).info();
    members.push({ endpoint, sandbox, network });
  }
  return { network, members };
}

export const reportsOf = (handles: readonly EndpointHandle[]): ReadonlyMap<string, HealthReport | undefined> =>
  new Map(handles.map((handle) => [handle.id, handle.healthReport()]));

/** Of those that are still there. Records are in memory: nothing else happens between the handles and this. */
export async function infos<T>(handles: readonly { info(): Promise<T> }[]): Promise<readonly T[]> {
  const results = await Promise.allSettled(handles.map((handle) => handle.info()));
  return results.flatMap((result) => {
    if (result.status === "fulfilled") return [result.value];
    if (result.reason instanceof CnmError && result.reason.kind === "not-found") return [];
    throw result.reason;
  });
}
