import { resolve } from "node:path";
import { textAt } from "../../api/json.ts";
import type { Action } from "../../program/command-spec.ts";
import { environmentOf } from "./environment.ts";

export const execProgram: Action = async (input, { io, api }) => {
  const { Signals } = await import("../../run/signals.ts");
  const { needPrograms, runInSandbox } = await import("../../run/run-in-sandbox.ts");
  needPrograms();
  using signals = new Signals();
  const [name = "", command = "", ...args] = input.args;
  const sandbox = await (await api()).sandbox(name);
  const place = { netns: textAt(sandbox, "Netns"), etcDir: textAt(sandbox, "EtcDir") };
  const env = { ...io.env, ...Object.fromEntries(environmentOf(input.texts("env"), io.env)) };
  const folder = resolve(io.folder, input.text("workdir") ?? ".");
  return await runInSandbox(io, place, { command, args, env, folder }, signals);
};
