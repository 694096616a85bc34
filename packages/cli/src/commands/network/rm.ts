import { ApiError } from "../../api/http.ts";
import { withProgress } from "../../output/progress.ts";
import type { Action } from "../../program/command-spec.ts";
import { each } from "../each.ts";

export const removeNetworks: Action = async (input, { io, api }) => {
  const daemon = await api();
  return await each(io, input.args, async (name) => {
    try {
      await withProgress(io, `removing network ${name}`, daemon.removeNetwork(name));
    } catch (error) {
      if (!(input.flag("force") && error instanceof ApiError && error.status === 404)) throw error;
    }
  });
};
