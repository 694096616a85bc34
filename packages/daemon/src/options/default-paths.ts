import { win32 } from "node:path";
import { RESOLV_CONF } from "@cnm/core";

/** Where a daemon has its things that is not told otherwise. */
export interface DefaultPaths {
  readonly socket: string;
  readonly state: string;
  readonly run: string;
  /** Absent: the system has no such file, and is asked itself. */
  readonly resolvConf?: string;
}

export function defaultPaths(
  system: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
): DefaultPaths {
  if (system !== "win32") {
    return { socket: "/run/cnm/cnm.sock", state: "/var/lib/cnm", run: "/run/cnm", resolvConf: RESOLV_CONF };
  }
  const folder = win32.join(env["ProgramData"] ?? "C:\\ProgramData", "cnm");
  return { socket: PIPE, state: win32.join(folder, "state"), run: win32.join(folder, "run") };
}

const PIPE = "\\\\.\\pipe\\cnm";

/** A named pipe has a name, and is in no folder. */
export const isPipe = (path: string): boolean => /^[\\/]{2}[.?][\\/]pipe[\\/]/i.test(path);
