import { withProgress } from "../../output/progress.ts";
import type { Action } from "../../program/command-spec.ts";
import { each } from "../each.ts";

export const removeSandboxes: Action = async (input, { io, api }) => {
  const daemon = await api();
  return await each(io, input.args, (name) =>
    withProgress(io, `removing sandbox ${name}`, daemon.removeSandbox(name, input.flag("force"))),
  );
};
