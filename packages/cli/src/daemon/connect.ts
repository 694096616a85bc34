import type { Api } from "../api/api.ts";
import type { HostAddress } from "../api/host-address.ts";
import { httpApi } from "../api/http-api.ts";
import type { Io } from "../io.ts";
import { withProgress } from "../output/progress.ts";

export interface ConnectOptions {
  readonly io: Io;
  readonly address: HostAddress;
  /** Program and arguments of `cnm daemon`. */
  readonly daemonCommand: readonly [string, ...string[]];
  readonly stateDir: string;
}

/** The daemon at the address. Where none listens on a socket of this machine, one is started, unless CNM_AUTOSTART=0. */
export function connectApi({ io, address, daemonCommand, stateDir }: ConnectOptions): Api {
  if (address.kind !== "socket" || io.env["CNM_AUTOSTART"] === "0" || process.platform === "win32")
    return httpApi(address);
  return httpApi(address, async () => {
    const { startDaemon } = await import("./start-daemon.ts");
    const start = startDaemon({ socket: address.path, command: daemonCommand, stateDir });
    await withProgress(io, "starting the daemon", start);
  });
}
