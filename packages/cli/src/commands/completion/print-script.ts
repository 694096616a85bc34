import { bashScript } from "../../completion/bash.ts";
import { fishScript } from "../../completion/fish.ts";
import { zshScript } from "../../completion/zsh.ts";
import { UsageError } from "../../errors.ts";
import type { Action, CommandSpec } from "../../program/command-spec.ts";
import { TREE } from "../../program/tree.ts";

const SCRIPTS: Readonly<Record<string, (tree: CommandSpec) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export const printScript: Action = async (input, { io }) => {
  const script = SCRIPTS[input.arg(0)];
  if (script === undefined)
    throw new UsageError(
      `there is no completion for ${JSON.stringify(input.arg(0))}: there are ${Object.keys(SCRIPTS).join(", ")}`,
    );
  io.out(script(TREE));
  return 0;
};
