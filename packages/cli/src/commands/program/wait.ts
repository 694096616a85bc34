import { numberAt } from "../../api/json.ts";
import type { Action } from "../../program/command-spec.ts";

export const waitForPrograms: Action = async (input, { io, api }) => {
  const daemon = await api();
  for (const name of input.args) io.out(`${numberAt(await daemon.wait(name), "StatusCode") ?? -1}\n`);
  return 0;
};
