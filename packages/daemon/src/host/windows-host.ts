import { CnmError } from "@cnm/core";
import { installTask, restrictPipe, uninstallTask, windowsPlatform } from "@cnm/windows";
import type { Host } from "./host.ts";

export function windowsHost(): Host {
  return {
    openPlatform: () => windowsPlatform(),
    spawn: () => {
      throw new CnmError("unsupported", "no-programs", NO_PROGRAMS);
    },
    // No program is ever started, so that none is to be found again.
    startTime: () => undefined,
    watchProcess: () => undefined,
    notify: () => false,
    guardPipe: restrictPipe,
    install: installTask,
    uninstall: uninstallTask,
  };
}

const NO_PROGRAMS =
  "a program cannot be run in a sandbox: unsupported on Windows, where a process is in a compartment by its job, which " +
  "only a container's runtime can give it; start a container in the sandbox's namespace instead";
