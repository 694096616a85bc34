import { withProgress } from "../../output/progress.ts";
import type { Action } from "../../program/command-spec.ts";
import { each } from "../each.ts";

export const removeServices: Action = async (input, { io, api }) => {
  const daemon = await api();
  return await each(io, input.args, async (name) => {
    await withProgress(io, `removing service ${name}`, daemon.removeService(name));
  });
};
