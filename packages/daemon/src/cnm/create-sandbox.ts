import type { SandboxHandle, SandboxSpec } from "@cnm/core";
import type { DaemonContext } from "../context.ts";
import { writeSandboxFiles } from "../files/write-sandbox-files.ts";
import type { SandboxRecord } from "../records/sandbox-record.ts";

/** A sandbox with its record and its files, or nothing. */
export async function createSandbox(
  context: DaemonContext,
  spec: SandboxSpec,
  record: SandboxRecord,
  signal: AbortSignal,
): Promise<SandboxHandle> {
  const handle = await context.cnm.createSandbox(spec, { signal });
  try {
    await context.records.put(handle.id, record);
    await writeSandboxFiles(context, handle.id);
    return handle;
  } catch (error) {
    await context.supervisor.remove(handle.id).catch((undoing: unknown) => {
      context.logger.error({ err: undoing, sandbox: handle.id }, "a sandbox is left over");
    });
    throw error;
  }
}
