import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CnmError } from "@cnm/core";
import type { Libc } from "../../ffi/libc.ts";
import type { Namespace } from "../../netns/namespace.ts";
import { listenAtMeetingPlace } from "./meeting-place.ts";

/** It lies beside the file that this is built into. */
function programPath(): string {
  const own = fileURLToPath(import.meta.url);
  return join(dirname(own), `forwarder-process${extname(own)}`);
}

/** What passes through is freed at once; a large young generation would only take memory. */
const NODE_OPTIONS = ["--max-semi-space-size=1"];

/**
 * Starts the process that forwards connections, in the host's namespace and with a session of its own: it does not notice when
 * this one goes. Its socket listens already when this returns; what goes wrong later it says on our standard error.
 */
export async function launch(libc: Libc, host: Namespace): Promise<void> {
  const listener = listenAtMeetingPlace(libc, host);
  try {
    const child = host.enter(() =>
      spawn(process.execPath, [...NODE_OPTIONS, programPath()], {
        cwd: "/",
        detached: true,
        stdio: ["ignore", "ignore", "inherit", listener],
      }),
    );
    if (child.pid === undefined) {
      const [cause] = await once(child, "error").catch((error: unknown) => [error]);
      throw new CnmError("internal", "forwarder", `cannot start the process that forwards connections: ${cause}`, {
        cause,
      });
    }
    child.unref();
  } finally {
    libc.close(listener);
  }
}
