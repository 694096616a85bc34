import { Command, CommanderError, Option } from "commander";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { ArgumentSpec, CommandSpec, OptionSpec } from "./command-spec.ts";
import { Input } from "./input.ts";

/** What a command line asks for. */
export interface Called {
  readonly spec: CommandSpec;
  readonly input: Input;
  /** The options before the verb. */
  readonly globals: Input;
}

/** Parses a command line. Nothing was called when help was asked for, and has been printed. Throws UsageError. */
export async function buildProgram(tree: CommandSpec, io: Io, argv: readonly string[]): Promise<Called | undefined> {
  const calls: Called[] = [];
  const path = calledPath(tree, argv);
  const program = command(tree, [], io, path, (called) => void calls.push(called));
  try {
    await program.parseAsync(withoutBooleans(tree, argv), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw usageError(error);
  }
  return calls[0];
}

type Tell = (called: Called) => void;

const nameOnly = ({ name, aliases, summary }: CommandSpec): CommandSpec => ({
  name,
  summary,
  ...(aliases === undefined ? {} : { aliases }),
});

function command(
  spec: CommandSpec,
  path: readonly string[],
  io: Io,
  called: readonly CommandSpec[],
  tell: Tell,
): Command {
  const made = new Command(spec.name)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: () => undefined })
    .helpOption("--help", "show this text")
    .helpCommand(false)
    .summary(spec.summary)
    .description([spec.summary, ...(spec.details === undefined ? [] : [spec.details])].join(".\n\n"))
    .enablePositionalOptions();
  if (spec.example !== undefined) made.addHelpText("after", `\nExample:\n  ${spec.example}`);
  for (const alias of spec.aliases ?? []) made.alias(alias);
  for (const option of spec.options ?? []) {
    made.addOption(commanderOption(option));
    if (option.on === true) made.addOption(new Option(`--no-${option.long}`).hideHelp());
  }
  for (const argument of spec.arguments ?? []) made.argument(argumentText(argument));
  if (spec.passThrough === true) made.passThroughOptions();
  for (const child of spec.commands ?? []) {
    // Of those that are not called, names do; and their flags and arguments where help would show them.
    const needed = called.includes(child) || called.at(-1) === spec ? child : nameOnly(child);
    made.addCommand(command(needed, [...path, spec.name], io, called, tell), { hidden: child.hidden === true });
  }
  if (spec.load !== undefined) {
    made.action(() =>
      tell({ spec, input: new Input(argsOf(made.args, spec), valuesOf(made, spec)), globals: globalsOf(made) }),
    );
  } else {
    // A group by itself: its help is the answer, and a word that is no verb of it is a mistake.
    made.argument("[verb]").action((verb: string | undefined) => {
      if (verb === undefined) return made.help({ error: false });
      const names = (spec.commands ?? []).filter(({ hidden }) => hidden !== true).map(({ name }) => name);
      throw new UsageError(
        `${[...path, spec.name].join(" ")} has no command ${JSON.stringify(verb)}: there are ${names.join(", ")}`,
      );
    });
  }
  return made;
}

export const argumentText = ({ name, optional, many }: ArgumentSpec): string => {
  const text = many === true ? `${name}...` : name;
  return optional === true ? `[${text}]` : `<${text}>`;
};

export const flagsText = ({ short, long, value }: OptionSpec): string =>
  `${short ? `-${short}, ` : ""}--${long}${value === undefined ? "" : ` <${value}>`}`;

function commanderOption(spec: OptionSpec): Option {
  // "--no-trunc" is an option of its own here, not the opposite of "--trunc".
  const option = new Option(flagsText(spec), spec.description + (spec.many === true ? " (any number)" : ""));
  if (spec.choices !== undefined) option.choices([...spec.choices]);
  if (spec.many === true)
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return option;
}

/** Where options end for us, commander leaves a `--` that only parts our arguments from the program. */
function argsOf(args: readonly string[], spec: CommandSpec): readonly string[] {
  const at = spec.passThrough === true ? (spec.arguments ?? []).findIndex(({ names }) => names === "program") : -1;
  if (at < 1 || args[at] !== "--") return args;
  if (args.length === at + 1) throw new UsageError("missing a program after -- (see --help)");
  return args.toSpliced(at, 1);
}

/** By their long names. */
function valuesOf(made: Command, spec: CommandSpec): ReadonlyMap<string, unknown> {
  const values = made.opts();
  return new Map(
    (spec.options ?? []).map((option) => {
      const { name, negated } = attribute(option.long);
      const value: unknown = values[name];
      if (negated) return [option.long, value === false];
      return [option.long, option.on === true ? value !== false : value];
    }),
  );
}

function globalsOf(made: Command): Input {
  let top = made;
  while (top.parent !== null) top = top.parent;
  return new Input([], new Map(Object.entries(top.opts())));
}

/** Where commander keeps an option: "--dns-search" in dnsSearch, "--no-trunc" as false in trunc. */
function attribute(long: string): { readonly name: string; readonly negated: boolean } {
  const negated = long.startsWith("no-");
  const name = (negated ? long.slice(3) : long).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return { name, negated };
}

/** "--ipv4=false", "--internal=true": Docker's way to say it, which commander has not. */
function withoutBooleans(tree: CommandSpec, argv: readonly string[]): readonly string[] {
  const { options = [], passThrough } = calledPath(tree, argv).at(-1) ?? tree;
  const end = passThrough === true ? 0 : argv.indexOf("--");
  return argv.flatMap((word, index) => {
    const [, name, value] = (end < 0 || index < end ? /^--([a-z0-9-]+)=(true|false)$/.exec(word) : null) ?? [];
    const option = options.find((one) => one.long === name && one.value === undefined);
    if (option === undefined) return [word];
    return value === "true" ? [`--${name}`] : option.on === true ? [`--no-${name}`] : [];
  });
}

/** The commands that a command line goes down through, from `cnm` to the verb. Values of options are not looked at. */
function calledPath(tree: CommandSpec, argv: readonly string[]): readonly CommandSpec[] {
  const path = [tree];
  let spec = tree;
  for (let at = 0; at < argv.length && spec.commands !== undefined; at++) {
    const word = argv[at] ?? "";
    const option = spec.options?.find(({ short, long }) => word === `-${short}` || word === `--${long}`);
    if (option?.value !== undefined) at++;
    const next = spec.commands.find(({ name, aliases }) => name === word || aliases?.includes(word) === true);
    if (next === undefined) continue;
    spec = next;
    path.push(next);
  }
  return path;
}

/** In one sentence, and with the way to help. */
function usageError({ message }: CommanderError): UsageError {
  return new UsageError(`${message.replace(/^error: /, "")} (see --help)`);
}
