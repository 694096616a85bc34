import type { DaemonContext } from "../context.ts";
import { infos } from "../find/read-state.ts";

/** What a sandbox's programs find in /etc, as things are now. */
export async function writeSandboxFiles(
  { cnm, records, files }: Pick<DaemonContext, "cnm" | "records" | "files">,
  id: string,
): Promise<void> {
  const handle = await cnm.sandbox(id);
  await files.write(await handle.info(), records.get(id), await infos(await handle.endpoints()));
}
