import { resolve } from "node:path";
import type { JsonObject } from "../../api/json.ts";
import { textAt, textsAt } from "../../api/json.ts";
import { withProgress } from "../../output/progress.ts";
import type { Action, Context } from "../../program/command-spec.ts";
import { given, type Input } from "../../program/input.ts";
import { namingBody } from "../sandbox/naming-body.ts";
import { environmentOf } from "./environment.ts";
import { networkWishes } from "./network-wishes.ts";

export const runProgram: Action = async (input, context) => {
  const detach = input.flag("detach");
  const body = runBody(input, context, detach);
  return detach ? await detached(body, context) : await attached(body, input, context);
};

async function detached(body: JsonObject, { io, api }: Context): Promise<number> {
  const daemon = await api();
  const made = await withProgress(io, "starting the program", daemon.run(body));
  for (const warning of textsAt(made, "Warnings")) io.err(`WARNING: ${warning}\n`);
  io.out(`${textAt(made, "Id")}\n`);
  return 0;
}

/** The daemon makes the sandbox; the program is ours, so that it has our terminal. */
async function attached(body: JsonObject, input: Input, { io, api }: Context): Promise<number> {
  const { Signals } = await import("../../run/signals.ts");
  const { needPrograms, runInSandbox } = await import("../../run/run-in-sandbox.ts");
  needPrograms();
  using signals = new Signals();
  const daemon = await api();
  const made = await withProgress(io, "making the sandbox", daemon.run(body));
  for (const warning of textsAt(made, "Warnings")) io.err(`WARNING: ${warning}\n`);
  try {
    const place = { netns: textAt(made, "Netns"), etcDir: textAt(made, "EtcDir") };
    return await runInSandbox(io, place, program(input, io.env, io.folder), signals);
  } finally {
    if (input.flag("rm")) {
      await withProgress(io, "removing the sandbox", daemon.removeSandbox(textAt(made, "Id"), true));
    }
  }
}

function runBody(input: Input, { io }: Context, detach: boolean): JsonObject {
  const env = environmentOf(input.texts("env"), io.env).map(([name, value]) => `${name}=${value}`);
  return {
    Cmd: input.args,
    Start: detach,
    AutoRemove: input.flag("rm"),
    Networks: networkWishes(input),
    Cwd: resolve(io.folder, input.text("workdir") ?? "."),
    ...given({ Name: input.text("name"), Ports: input.texts("publish"), Env: env }),
    ...namingBody(input),
  };
}

function program(input: Input, own: Readonly<Record<string, string | undefined>>, folder: string) {
  const [command = "", ...args] = input.args;
  return {
    command,
    args,
    env: { ...own, ...Object.fromEntries(environmentOf(input.texts("env"), own)) },
    folder: resolve(folder, input.text("workdir") ?? "."),
  };
}
