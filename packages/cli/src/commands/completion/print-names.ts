import type { Api } from "../../api/api.ts";
import { type Json, objectAt, textAt } from "../../api/json.ts";
import { CliError } from "../../errors.ts";
import type { Action } from "../../program/command-spec.ts";

/** Without a daemon there are no names; a shell that asks is not told why. */
export const printNames: Action = async (input, { io, runningApi }) => {
  const api = await runningApi();
  try {
    io.out((await namesOf(api, input.arg(0))).map((name) => `${name}\n`).join(""));
    return 0;
  } catch (error) {
    if (error instanceof CliError) return 1;
    throw error;
  }
};

async function namesOf(api: Api, kind: string): Promise<readonly string[]> {
  if (kind === "service") return (await api.services({})).map((one) => textAt(objectAt(one, "Spec"), "Name"));
  const found: readonly Json[] = kind === "network" ? await api.networks({}) : await api.sandboxes();
  return found.map((one) => textAt(one, "Name"));
}
