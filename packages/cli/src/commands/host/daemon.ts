import { CliError } from "../../errors.ts";
import type { Action } from "../../program/command-spec.ts";
import { given, type Input } from "../../program/input.ts";

export const serve: Action = async (input, { io }) => {
  const { runDaemon, installDaemon, uninstallDaemon } = await daemonModule();
  if (input.flag("uninstall") || input.flag("install")) {
    const done = input.flag("uninstall")
      ? await uninstallDaemon()
      : await installDaemon([...COMMAND, ...argumentsOf(input)]);
    io.out(`${done}\n`);
    return undefined;
  }
  const daemon = await runDaemon(daemonOptions(input));
  await daemon.stopped;
  return undefined;
};

const OPTIONS = {
  socket: "socket",
  state: "state",
  run: "run",
  firewall: "firewall",
  tcp: "tcp",
  tlsCa: "tls-ca",
  tlsCert: "tls-cert",
  tlsKey: "tls-key",
  metrics: "metrics",
  resolvConf: "resolv-conf",
  logLevel: "log-level",
} as const;

/** This very program. */
const COMMAND = [process.execPath, process.argv[1] ?? "", "daemon"];

/** The options that the daemon is to have, as they were given. */
const argumentsOf = (input: Input): readonly string[] =>
  Object.values(OPTIONS).flatMap((option) => {
    const text = input.text(option);
    return text === undefined ? [] : [`--${option}`, text];
  });

const daemonOptions = (input: Input) =>
  given(Object.fromEntries(Object.entries(OPTIONS).map(([name, option]) => [name, input.text(option)])));

/** What is needed of the daemon's package. It is large, and a machine that only talks to another's daemon does without it. */
interface DaemonModule {
  runDaemon(options: object): Promise<{ readonly stopped: Promise<void> }>;
  installDaemon(command: readonly string[]): Promise<string>;
  uninstallDaemon(): Promise<string>;
}

async function daemonModule(name = "@cnm/daemon"): Promise<DaemonModule> {
  let found: unknown;
  try {
    found = await import(name);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`the daemon is not installed: npm install ${name} (${why})`, { cause });
  }
  if (isDaemonModule(found)) return found;
  throw new CliError(`${name} is of a version that this command does not know`);
}

const isDaemonModule = (found: unknown): found is DaemonModule =>
  typeof found === "object" &&
  found !== null &&
  (["runDaemon", "installDaemon", "uninstallDaemon"] as const).every(
    (name) => name in found && typeof Reflect.get(found, name) === "function",
  );
