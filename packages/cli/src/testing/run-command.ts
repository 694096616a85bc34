import type { Io } from "../io.ts";
import { runCli } from "../program/cli.ts";
import { TREE } from "../program/tree.ts";
import type { ApiDouble } from "./api-double.ts";

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A command line in this process, against a double. */
export async function runCommand(double: ApiDouble, ...argv: readonly string[]): Promise<Outcome> {
  let out = "";
  let err = "";
  const io: Io = {
    env: { CNM_HOST: `unix://${double.socket}`, CNM_AUTOSTART: "0", TOKEN: "mine" },
    folder: "/srv",
    watched: false,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  };
  const daemonCommand = ["/bin/false"] as const;
  const status = await runCli(argv, { io, tree: TREE, daemonCommand, stateDir: double.folder });
  return { status, out, err };
}
