import type { CommandSpec, Names, OptionSpec } from "../program/command-spec.ts";
import { type FlatCommand, flatten } from "./flatten.ts";

/** A completion script for fish: one `complete` line for each verb, option and argument. */
export function fishScript(tree: CommandSpec): string {
  const commands = flatten(tree);
  return `# fish completion of cnm: cnm completion fish | source

complete -c cnm -f
${commands.flatMap(lines).join("\n")}
`;
}

function lines({ path, verbs, options, arguments: args }: FlatCommand): readonly string[] {
  const here = condition(path, verbs);
  const names = [...new Set(args.flatMap((argument) => (argument.names === undefined ? [] : [argument.names])))];
  return [
    ...verbs.map((verb) => `complete -c cnm -n ${quote(here)} -a ${verb.name} -d ${quote(verb.summary)}`),
    ...options.map((option) => `complete -c cnm -n ${quote(here)} ${optionText(option)}`),
    ...names.map((name) => `complete -c cnm -n ${quote(here)} ${source(name)}`),
    ...(args.some(({ name }) => name === "SHELL") ? [`complete -c cnm -n ${quote(here)} -a 'bash zsh fish'`] : []),
  ];
}

/** "network create" has been typed, and no verb below it. */
function condition(path: string, verbs: readonly CommandSpec[]): string {
  const typed = path.split(" ").filter((word) => word !== "");
  const below = verbs.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const parts = [
    ...typed.map((word) => `__fish_seen_subcommand_from ${word}`),
    ...(below.length === 0 ? [] : [`not __fish_seen_subcommand_from ${below.join(" ")}`]),
  ];
  return parts.join("; and ");
}

function optionText({ short, long, value, names, choices, description }: OptionSpec): string {
  const spelling = `-l ${long}${short ? ` -s ${short}` : ""}`;
  const values =
    value === undefined
      ? ""
      : choices !== undefined
        ? ` -x -a ${quote(choices.join(" "))}`
        : names === undefined
          ? " -x"
          : ` -r ${source(names)}`;
  return `${spelling}${values} -d ${quote(description)}`;
}

function source(names: Names): string {
  switch (names) {
    case "network":
    case "sandbox":
    case "service":
      return `-f -a '(cnm __complete ${names} 2>/dev/null)'`;
    case "file":
      return "-F";
    case "folder":
      return "-f -a '(__fish_complete_directories)'";
    case "program":
      return "-f -a '(__fish_complete_command)'";
  }
}

const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
