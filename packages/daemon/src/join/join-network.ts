import { CnmError, type Endpoint, type JoinSpec, type NetworkHandle } from "@cnm/core";
import type { DaemonContext } from "../context.ts";
import { refuseImpossibleJoin } from "../engine/networks/check-membership.ts";
import { infos } from "../find/read-state.ts";
import type { SandboxState } from "../view/model.ts";

/** Joins by Docker's rules, and renews the sandbox's files. */
export async function joinNetwork(
  context: Pick<DaemonContext, "cnm" | "records" | "files">,
  state: SandboxState,
  network: NetworkHandle,
  spec: JoinSpec,
  signal: AbortSignal,
): Promise<Endpoint> {
  refuseImpossibleJoin(state, await network.info());
  const handle = await context.cnm.sandbox(state.sandbox.id);
  const joined = await handle.join(network, spec, { signal }).catch((error: unknown) => {
    throw inDockersWords(error, state.sandbox.name, network.name);
  });
  await writeSandboxFiles(context, state.sandbox.id);
  return await joined.info();
}

/** What a sandbox's programs find in /etc, as things are now. */
export async function writeSandboxFiles(
  { cnm, records, files }: Pick<DaemonContext, "cnm" | "records" | "files">,
  id: string,
): Promise<void> {
  const handle = await cnm.sandbox(id);
  await files.write(await handle.info(), records.get(id), await infos(await handle.endpoints()));
}

function inDockersWords(error: unknown, sandbox: string, network: string): unknown {
  if (!(error instanceof CnmError) || error.code !== "endpoint-exists") return error;
  const message = `endpoint with name ${sandbox} already exists in network ${network}`;
  return new CnmError(error.kind, error.code, message, { cause: error });
}
