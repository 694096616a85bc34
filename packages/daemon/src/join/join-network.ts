import { CnmError, type Endpoint, type JoinSpec, type NetworkHandle } from "@cnm/core";
import type { DaemonContext } from "../context.ts";
import { writeSandboxFiles } from "../files/write-sandbox-files.ts";
import type { SandboxState } from "../view/model.ts";
import { refuseImpossibleJoin } from "./check-membership.ts";

/** Joins by Docker's rules, and renews the sandbox's files. */
export async function joinNetwork(
  context: Pick<DaemonContext, "cnm" | "records" | "files" | "dns" | "resolvConf">,
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

function inDockersWords(error: unknown, sandbox: string, network: string): unknown {
  if (!(error instanceof CnmError) || error.code !== "endpoint-exists") return error;
  const message = `endpoint with name ${sandbox} already exists in network ${network}`;
  return new CnmError(error.kind, error.code, message, { cause: error });
}
