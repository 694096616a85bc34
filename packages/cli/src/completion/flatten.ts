import type { ArgumentSpec, CommandSpec, OptionSpec } from "../program/command-spec.ts";

/** One command, found by its words: "network create". */
export interface FlatCommand {
  /** "" for cnm itself. */
  readonly path: string;
  readonly spec: CommandSpec;
  readonly verbs: readonly CommandSpec[];
  readonly options: readonly OptionSpec[];
  readonly arguments: readonly ArgumentSpec[];
}

/** Every command that is to be seen, groups before their verbs. */
export function flatten(spec: CommandSpec, path: readonly string[] = []): readonly FlatCommand[] {
  const { options = [], commands = [], arguments: args = [] } = spec;
  const verbs = commands.filter(({ hidden }) => hidden !== true);
  const own = { path: path.join(" "), spec, verbs, options, arguments: args };
  return [own, ...verbs.flatMap((verb) => flatten(verb, [...path, verb.name]))];
}

/** "--driver" and "-d" */
export const spellings = ({ short, long }: OptionSpec): readonly string[] => [
  `--${long}`,
  ...(short ? [`-${short}`] : []),
];

/** The command of which an alias is another name: "network list" → "network ls". */
export function aliases(commands: readonly FlatCommand[]): readonly (readonly [string, string])[] {
  return commands.flatMap(({ path, spec }) => {
    const parent = path.split(" ").slice(0, -1);
    return (spec.aliases ?? []).map((alias) => [[...parent, alias].join(" "), path] as const);
  });
}
