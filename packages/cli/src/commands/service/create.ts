import { textAt, textsAt } from "../../api/json.ts";
import { withProgress } from "../../output/progress.ts";
import type { Action } from "../../program/command-spec.ts";
import { serviceBody } from "./service-body.ts";

export const createService: Action = async (input, { io, api }) => {
  const body = serviceBody(input);
  const daemon = await api();
  const made = await withProgress(io, `making service ${input.arg(0)}`, daemon.createService(body));
  for (const warning of textsAt(made, "Warnings")) io.err(`WARNING: ${warning}\n`);
  io.out(`${textAt(made, "ID")}\n`);
  return 0;
};
