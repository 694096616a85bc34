import { fileURLToPath } from "node:url";
import { runCli } from "../../packages/cli/src/program/cli.ts";
import { TREE } from "../../packages/cli/src/program/tree.ts";

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A command line of cnm, in this process, against the daemon that listens on the socket. */
export async function cnmCommand(socket: string, ...argv: readonly string[]): Promise<Outcome> {
  const texts = { out: "", err: "" };
  const io = {
    env: { ...process.env, CNM_HOST: `unix://${socket}`, CNM_AUTOSTART: "0" },
    folder: fileURLToPath(new URL("../..", import.meta.url)),
    watched: false,
    out: (text: string) => {
      texts.out += text;
    },
    err: (text: string) => {
      texts.err += text;
    },
  };
  const status = await runCli(argv, { io, tree: TREE, daemonCommand: ["/bin/false"], stateDir: "/nowhere" });
  return { status, ...texts };
}
