import type { CommandSpec } from "../../program/command-spec.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;

export const completion: CommandSpec = {
  name: "completion",
  summary: "Print the completion script of a shell: bash, zsh or fish",
  example: "source <(cnm completion bash)",
  arguments: [{ name: "SHELL" }],
  load: async () => (await import("./print-script.ts")).printScript,
};

/** What completion scripts ask: the names that there are. */
export const complete: CommandSpec = {
  name: "__complete",
  summary: "Print the names of networks, sandboxes or services, one a line",
  arguments: [{ name: "KIND" }],
  hidden: true,
  load: async () => (await import("./print-names.ts")).printNames,
};
