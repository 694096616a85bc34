import type { CommandSpec } from "../../program/command-spec.ts";
import { FILTER, FORMAT, LABEL, LIST_FORMAT, NAMING, NO_TRUNC, QUIET, SYSCTL } from "../options.ts";

const list: Omit<CommandSpec, "name" | "example"> = {
  summary: "List sandboxes",
  options: [
    { ...FILTER, description: "show only what has this: id, name, label, network, status" },
    LIST_FORMAT,
    NO_TRUNC,
    QUIET,
  ],
  load: async () => (await import("./ls.ts")).listSandboxes,
};

/** Docker's word for it. */
export const ps: CommandSpec = { ...list, name: "ps", example: "cnm ps --filter network=web" };

export const sandbox: CommandSpec = {
  name: "sandbox",
  summary: "Make, show and remove sandboxes",
  commands: [
    {
      name: "create",
      summary: "Make a sandbox and print its id",
      example: "cnm sandbox create --hostname www web1",
      arguments: [{ name: "NAME" }],
      options: [
        { long: "netns", value: "PATH", names: "file", description: "use this network namespace, and never delete it" },
        { short: "h", long: "hostname", value: "NAME", description: "host name inside" },
        ...NAMING,
        LABEL,
        SYSCTL,
      ],
      load: async () => (await import("./create.ts")).createSandbox,
    },
    { ...list, name: "ls", aliases: ["list"], example: "cnm sandbox ls --format '{{.Name}}\\t{{.Addresses}}'" },
    {
      name: "inspect",
      summary: "Show sandboxes in full",
      example: "cnm sandbox inspect --format '{{.Netns}}' web1",
      arguments: [{ name: "SANDBOX", many: true, names: "sandbox" }],
      options: [{ ...FORMAT, short: "f" }],
      load: async () => (await import("./inspect.ts")).inspectSandboxes,
    },
    {
      name: "rm",
      aliases: ["remove"],
      summary: "Remove sandboxes, with their endpoints",
      example: "cnm sandbox rm --force web1",
      arguments: [{ name: "SANDBOX", many: true, names: "sandbox" }],
      options: [{ short: "f", long: "force", description: "end the sandbox's program first" }],
      load: async () => (await import("./rm.ts")).removeSandboxes,
    },
  ],
};
