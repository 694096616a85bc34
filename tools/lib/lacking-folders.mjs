import { execFileSync } from "node:child_process";
import { bundle } from "./bundle.mjs";
import { root } from "./run.mjs";

/**
 * The folders of test/kernel/ that this kernel cannot run.
 * @returns {Promise<readonly { folder: string, reason: string }[]>} each with what the kernel lacks
 */
export async function lackingFolders() {
  const program = await bundle({ lacking: "test/kernel/print-lacking.ts" }, "lacking");
  return JSON.parse(execFileSync(process.execPath, [program], { cwd: root, encoding: "utf8" }));
}
