import type { ArgumentSpec, CommandSpec, Names, OptionSpec } from "../program/command-spec.ts";
import { aliases, type FlatCommand, flatten, spellings } from "./flatten.ts";

/** A completion script that knows verbs and flags by itself, and asks `cnm __complete` for names of what there is. */
export function bashScript(tree: CommandSpec): string {
  const commands = flatten(tree);
  return `# bash completion of cnm: source <(cnm completion bash)

# The verbs below a command, or nothing.
__cnm_verbs() {
  case "$1" in
${table(commands, ({ verbs }) => verbs.map(({ name }) => name).join(" "))}
  esac
}

__cnm_options() {
  case "$1" in
${table(commands, ({ options }) => [...options.flatMap(spellings), "--help"].join(" "))}
  esac
}

# What the value of a command's option may be: words, or @network, @sandbox, @service, @file, @folder, @program; @ for anything.
__cnm_value() {
  case "$1 $2" in
${commands.flatMap(valueCases).join("\n")}
  esac
}

# What a command's argument, counted from 0, may be.
__cnm_argument() {
  case "$1 $2" in
${commands.flatMap(argumentCases).join("\n")}
  esac
}

# The proper name of what an alias stands for.
__cnm_proper() {
  case "$1" in
${aliases(commands)
  .map(([alias, path]) => `    '${alias}') echo '${path}' ;;`)
  .join("\n")}
    *) echo "$1" ;;
  esac
}

__cnm_offer() {
  case "$1" in
    @network | @sandbox | @service) COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" __complete "\${1#@}" 2>/dev/null)" -- "$2")) ;;
    @file) COMPREPLY=($(compgen -f -- "$2")) ;;
    @folder) COMPREPLY=($(compgen -d -- "$2")) ;;
    @program) COMPREPLY=($(compgen -c -- "$2")) ;;
    @) COMPREPLY=() ;;
    *) COMPREPLY=($(compgen -W "$1" -- "$2")) ;;
  esac
}

_cnm() {
  local path="" count=0 index word value current="\${COMP_WORDS[COMP_CWORD]}" previous=""
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ -n $previous ]]; then
      previous=""
    elif [[ $word == -* ]]; then
      [[ -n $(__cnm_value "$path" "$word") ]] && previous="$word"
    elif [[ $count -eq 0 && " $(__cnm_verbs "$path") " == *" $word "* ]]; then
      path="\${path:+$path }$word"
    elif [[ $count -eq 0 && "$(__cnm_proper "\${path:+$path }$word")" != "\${path:+$path }$word" ]]; then
      path="$(__cnm_proper "\${path:+$path }$word")"
    else
      ((count++))
    fi
  done
  if [[ -n $previous ]]; then
    __cnm_offer "$(__cnm_value "$path" "$previous")" "$current"
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$(__cnm_options "$path")" -- "$current"))
  elif [[ -n $(__cnm_verbs "$path") ]]; then
    COMPREPLY=($(compgen -W "$(__cnm_verbs "$path")" -- "$current"))
  else
    value="$(__cnm_argument "$path" "$count")"
    __cnm_offer "\${value:-@}" "$current"
  fi
}

complete -F _cnm cnm
`;
}

function table(commands: readonly FlatCommand[], words: (command: FlatCommand) => string): string {
  return commands
    .filter((command) => words(command) !== "")
    .map((command) => `    '${command.path}') echo '${words(command)}' ;;`)
    .join("\n");
}

function valueCases({ path, options }: FlatCommand): readonly string[] {
  return options
    .filter(({ value }) => value !== undefined)
    .map((option) => {
      const patterns = spellings(option).map((spelling) => `'${path} ${spelling}'`);
      return `    ${patterns.join(" | ")}) echo '${valueWord(option)}' ;;`;
    });
}

const valueWord = ({ choices, names }: OptionSpec): string => choices?.join(" ") ?? wordOf(names);

function argumentCases({ path, arguments: args }: FlatCommand): readonly string[] {
  return args.flatMap((argument, index) => {
    const word = argumentWord(argument);
    return word === "@" ? [] : [`    '${path} '${argument.many === true ? "*" : index}) echo '${word}' ;;`];
  });
}

const argumentWord = ({ name, names }: ArgumentSpec): string => (name === "SHELL" ? "bash zsh fish" : wordOf(names));

const wordOf = (names: Names | undefined): string => `@${names ?? ""}`;
