import { CnmError } from "@cnm/core";

/** sd_listen_fds(3): the first descriptor after the standard ones. */
const FIRST = 3;

/** The socket that a service manager has opened for this very process; undefined when it has not. */
export function passedSocket(env: NodeJS.ProcessEnv, pid: number): number | undefined {
  if (env["LISTEN_PID"] !== String(pid)) return undefined;
  const count = Number(env["LISTEN_FDS"]);
  if (count === 1) return FIRST;
  const message = `socket activation passes ${env["LISTEN_FDS"]} sockets: the daemon serves one`;
  throw new CnmError("invalid", "listen-fds", message);
}
