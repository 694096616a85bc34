import type { CommandSpec, Names, OptionSpec } from "../program/command-spec.ts";
import { aliases, type FlatCommand, flatten, spellings } from "./flatten.ts";

/** A completion script for zsh: a function for each command, which `_arguments` does the rest for. */
export function zshScript(tree: CommandSpec): string {
  const commands = flatten(tree);
  const others = new Map(aliases(commands).map(([alias, path]) => [alias, path]));
  return `#compdef cnm
# zsh completion of cnm: source <(cnm completion zsh)

__cnm_networks() { compadd -- \${(f)"$(cnm __complete network 2>/dev/null)"} }
__cnm_sandboxes() { compadd -- \${(f)"$(cnm __complete sandbox 2>/dev/null)"} }
__cnm_services() { compadd -- \${(f)"$(cnm __complete service 2>/dev/null)"} }

${commands.map((command) => functionText(command, others)).join("\n\n")}

compdef _cnm cnm
`;
}

const functionName = (path: string): string => ["_cnm", ...path.split(" ")].filter((word) => word !== "").join("_");

function functionText(
  { path, verbs, options, arguments: args }: FlatCommand,
  others: ReadonlyMap<string, string>,
): string {
  const specs = options.flatMap(optionSpecs);
  const positional = args.map((argument, index) => {
    const optional = argument.optional === true ? ":" : "";
    const action = argument.name === "SHELL" ? "(bash zsh fish)" : actionOf(argument.names);
    return `'${argument.many === true ? "*" : index + 1}${optional}:${escaped(argument.name)}:${action}'`;
  });
  const words =
    verbs.length === 0
      ? positional
      : [`'1:command:(${verbs.map(({ name }) => name).join(" ")})'`, "'*::argument:->verb'"];
  const lines = ["'--help[show this text]'", ...specs, ...words].map((line) => `    ${line}`).join(" \\\n");
  const branches = verbs.flatMap(({ name }) => {
    const full = path === "" ? name : `${path} ${name}`;
    const spellings = [
      name,
      ...[...others].filter(([, proper]) => proper === full).map(([alias]) => alias.split(" ").at(-1)),
    ];
    return [`      ${spellings.join(" | ")}) ${functionName(full)} ;;`];
  });
  const dispatch =
    verbs.length === 0
      ? ""
      : `\n  if [[ $state == verb ]]; then\n    case $words[1] in\n${branches.join("\n")}\n    esac\n  fi`;
  return `${functionName(path)}() {\n  local state line\n  _arguments -C \\\n${lines}${dispatch}\n}`;
}

function optionSpecs(option: OptionSpec): readonly string[] {
  const { value, many, description, choices, names } = option;
  const action = choices === undefined ? actionOf(names) : `(${choices.join(" ")})`;
  const argument = value === undefined ? "" : `:${escaped(value)}:${action}`;
  return spellings(option).map(
    (spelling) => `'${many === true ? "*" : ""}${spelling}[${escaped(description)}]${argument}'`,
  );
}

function actionOf(names: Names | undefined): string {
  switch (names) {
    case "network":
      return "__cnm_networks";
    case "sandbox":
      return "__cnm_sandboxes";
    case "service":
      return "__cnm_services";
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "program":
      return "_command_names -e";
    case undefined:
      return " ";
  }
}

const escaped = (text: string): string => text.replace(/[[\]:\\]/g, "\\$&").replaceAll("'", "'\\''");
