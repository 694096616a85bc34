import { CnmError } from "@cnm/core";
import type { Host } from "./host.ts";

/** The one place where the operating system is chosen. */
export async function loadHost(system: NodeJS.Platform = process.platform): Promise<Host> {
  if (system === "linux") return (await import("./linux-host.ts")).linuxHost();
  if (system === "win32") return (await import("./windows-host.ts")).windowsHost();
  throw new CnmError("unsupported", "no-platform", `cnm does not run on ${system}: it needs Linux or Windows`);
}
