import { textAt, textsAt } from "../../api/json.ts";
import { withProgress } from "../../output/progress.ts";
import type { Action } from "../../program/command-spec.ts";
import { given } from "../../program/input.ts";
import { namingBody } from "./naming-body.ts";

export const createSandbox: Action = async (input, { io, api }) => {
  const [name] = input.args;
  const body = given({ Name: name, Netns: input.text("netns"), ...namingBody(input) });
  const daemon = await api();
  const made = await withProgress(io, `making sandbox ${name}`, daemon.createSandbox(body));
  for (const warning of textsAt(made, "Warnings")) io.err(`WARNING: ${warning}\n`);
  io.out(`${textAt(made, "Id")}\n`);
  return 0;
};
