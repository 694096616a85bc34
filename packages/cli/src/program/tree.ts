import { complete, completion } from "../commands/completion/completion.ts";
import { daemon, doctor, events, info, repair, version } from "../commands/host/host.ts";
import { network } from "../commands/network/network.ts";
import { exec, kill, logs, port, run, wait } from "../commands/program/program.ts";
import { ps, sandbox } from "../commands/sandbox/sandbox.ts";
import { service } from "../commands/service/service.ts";
import type { CommandSpec, OptionSpec } from "./command-spec.ts";

/** Before the verb: which daemon is meant. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  {
    short: "H",
    long: "host",
    value: "URL",
    description:
      "daemon to talk to: unix://PATH, npipe://NAME or tcp://HOST:PORT (default: CNM_HOST, then unix:///run/cnm/cnm.sock; on Windows npipe:////./pipe/cnm)",
  },
  {
    long: "tlscacert",
    value: "FILE",
    names: "file",
    description: "who signs the daemon's certificate (default: ca.pem in CNM_CERT_PATH or ~/.cnm)",
  },
  { long: "tlscert", value: "FILE", names: "file", description: "own certificate (default: cert.pem there)" },
  { long: "tlskey", value: "FILE", names: "file", description: "its key (default: key.pem there)" },
];

/** The whole command. */
export const TREE: CommandSpec = {
  name: "cnm",
  summary: "Container networking: networks, sandboxes, and programs in them",
  details: "Unless a daemon listens, one is started in the background; CNM_AUTOSTART=0 forbids that.",
  example: "cnm network create web && cnm run --rm --network web -- ip address",
  options: GLOBAL_OPTIONS,
  commands: [
    network,
    sandbox,
    service,
    ps,
    run,
    exec,
    port,
    logs,
    kill,
    wait,
    events,
    doctor,
    repair,
    info,
    version,
    daemon,
    completion,
    complete,
  ],
};
