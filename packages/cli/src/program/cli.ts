import { hostAddress } from "../api/host-address.ts";
import { CliError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { buildProgram, type Called } from "./build-program.ts";
import type { CommandSpec, Context } from "./command-spec.ts";

export interface CliOptions {
  readonly io: Io;
  readonly tree: CommandSpec;
  /** Program and arguments of `cnm daemon`, for one that is to be started. */
  readonly daemonCommand: readonly [string, ...string[]];
  readonly stateDir: string;
}

/** Runs a command line, without the program's name. Returns the exit status. */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<number> {
  const { io, tree } = options;
  try {
    const called = await buildProgram(tree, io, argv);
    return called === undefined ? 0 : ((await perform(called, options)) ?? 0);
  } catch (error) {
    if (!isTold(error)) throw error;
    io.err(`cnm: ${error.message}\n`);
    return error instanceof CliError ? error.exitCode : 1;
  }
}

async function perform({ spec, input, globals }: Called, options: CliOptions): Promise<number | undefined> {
  if (spec.load === undefined) throw new UsageError(`${spec.name} is no command by itself`);
  const { io, daemonCommand, stateDir } = options;
  const [ca, cert, key] = ["tlscacert", "tlscert", "tlskey"].map((name) => globals.text(name));
  const address = hostAddress({ host: globals.text("host"), ca, cert, key }, io.env);
  const context: Context = {
    io,
    address,
    api: async () => (await import("../daemon/connect.ts")).connectApi({ io, address, daemonCommand, stateDir }),
    runningApi: async () => (await import("../api/http-api.ts")).httpApi(address),
  };
  const action = await spec.load();
  return await action(input, context);
}

/** What says enough by its message: our own errors, and the library's, which carry a stable code. */
const isTold = (error: unknown): error is Error =>
  error instanceof CliError || (error instanceof Error && error.name === "CnmError");
