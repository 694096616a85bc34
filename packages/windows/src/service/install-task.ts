import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CnmError } from "@cnm/core";
import { taskXml } from "./task-xml.ts";

const run = promisify(execFile);
const NAME = "cnm";

/**
 * Has a command started whenever Windows starts, as LocalSystem, and now. It is a task and no service: a service's program has to
 * answer to the service manager, which Node does not. Resolves to a sentence for people.
 */
export async function installTask(command: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cnm-task-"));
  try {
    const file = join(folder, "task.xml");
    // schtasks takes nothing but UTF-16, with the mark that says so.
    await writeFile(file, `\ufeff${taskXml(command)}`, "utf16le");
    await schtasks("installed", ["/Create", "/F", "/TN", NAME, "/XML", file]);
    await schtasks("started", ["/Run", "/TN", NAME]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return `The task ${NAME} starts the daemon with Windows, and has started it now. "schtasks /End /TN ${NAME}" ends it.`;
}

export async function uninstallTask(): Promise<string> {
  await schtasks("ended", ["/End", "/TN", NAME]).catch(() => undefined);
  await schtasks("removed", ["/Delete", "/F", "/TN", NAME]);
  return `The task ${NAME} is removed. Networks and sandboxes stay as they are.`;
}

async function schtasks(done: string, args: readonly string[]): Promise<void> {
  try {
    await run("schtasks.exe", [...args]);
  } catch (cause) {
    const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : "";
    const reason = said || (cause instanceof Error ? cause.message : String(cause));
    const message = `the task ${NAME} is not ${done}: ${reason}; only administrators may`;
    throw new CnmError("unavailable", "no-task", message, { cause });
  }
}
