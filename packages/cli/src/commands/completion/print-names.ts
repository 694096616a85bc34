import { type Json, textAt } from "../../api/json.ts";
import { CliError } from "../../errors.ts";
import type { Action } from "../../program/command-spec.ts";

/** Without a daemon there are no names; a shell that asks is not told why. */
export const printNames: Action = async (input, { io, runningApi }) => {
  const api = await runningApi();
  try {
    const found: readonly Json[] = input.arg(0) === "network" ? await api.networks({}) : await api.sandboxes();
    io.out(found.map((one) => `${textAt(one, "Name")}\n`).join(""));
    return 0;
  } catch (error) {
    if (error instanceof CliError) return 1;
    throw error;
  }
};
