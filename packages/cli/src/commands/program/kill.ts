import type { Action } from "../../program/command-spec.ts";
import { each } from "../each.ts";

export const killPrograms: Action = async (input, { io, api }) => {
  const daemon = await api();
  return await each(io, input.args, (name) => daemon.kill(name, input.text("signal") ?? "KILL"));
};
