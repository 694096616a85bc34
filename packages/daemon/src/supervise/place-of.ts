import type { Sandbox } from "@cnm/core";
import type { SandboxFiles } from "../files/sandbox-files.ts";
import type { PlaceOfProgram } from "../host/host.ts";

/** Where a sandbox's programs run. Who shares the host's stack has the host's name, unless it has one of its own. */
export function placeOf(sandbox: Sandbox, files: SandboxFiles): PlaceOfProgram {
  const hostname = sandbox.hostname ?? (sandbox.namespace.host === true ? undefined : sandbox.id.slice(0, 12));
  return {
    netns: sandbox.namespace.path,
    etcDir: files.etcDir(sandbox.id),
    ...(hostname === undefined ? {} : { hostname }),
  };
}
