import type { DaemonContext } from "../context.ts";
import { infos } from "../find/read-state.ts";

/** What a sandbox's programs find in /etc, as things are now. */
export async function writeSandboxFiles(
  { cnm, files }: Pick<DaemonContext, "cnm" | "files">,
  id: string,
): Promise<void> {
  const handle = await cnm.sandbox(id);
  const bridge = await (await cnm.network("bridge")).info();
  // Docker's "host-gateway": the host, as sandboxes on the default bridge reach it.
  const gateways = bridge.ipam.pools.flatMap(({ gateway }) => (gateway === undefined ? [] : [gateway]));
  await files.write(await handle.info(), await infos(await handle.endpoints()), gateways);
}
