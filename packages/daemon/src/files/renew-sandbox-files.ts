import { CnmError } from "@cnm/core";
import type { DaemonContext } from "../context.ts";
import { writeSandboxFiles } from "./write-sandbox-files.ts";

/** The files of all sandboxes, as things are now. What fails is told in the log: the others are written all the same. */
export async function renewSandboxFiles(
  context: Pick<DaemonContext, "cnm" | "files" | "dns" | "resolvConf" | "logger">,
): Promise<void> {
  for (const { id } of await context.cnm.sandboxes()) {
    try {
      await writeSandboxFiles(context, id);
    } catch (error) {
      if (error instanceof CnmError && error.kind === "not-found") continue;
      context.logger.error({ err: error, sandbox: id }, "a sandbox's files are not renewed");
    }
  }
}
