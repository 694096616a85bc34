import type { Api } from "../api/api.ts";
import type { HostAddress } from "../api/host-address.ts";
import type { Io } from "../io.ts";
import type { Input } from "./input.ts";

/** One verb, as data: parser, help, completion and the table in the documentation are made of it. */
export interface CommandSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One sentence, without a full stop. */
  readonly summary: string;
  readonly details?: string;
  /** A command line that works, `cnm` included. */
  readonly example?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  readonly commands?: readonly CommandSpec[];
  /** What follows the arguments is somebody else's command line. */
  readonly passThrough?: boolean;
  readonly hidden?: boolean;
  /** The code that does it, loaded when it is called. Absent for groups. */
  readonly load?: () => Promise<Action>;
}

/** What a value names: completion offers these. */
export type Names = "network" | "sandbox" | "service" | "file" | "folder" | "program";

export interface ArgumentSpec {
  readonly name: string;
  readonly optional?: boolean;
  readonly many?: boolean;
  readonly names?: Names;
}

export interface OptionSpec {
  /** Without the dash. */
  readonly short?: string;
  /** Without the dashes. */
  readonly long: string;
  /** Name of its value; absent for one that is on or off. */
  readonly value?: string;
  readonly many?: boolean;
  /** On unless `--NAME=false`. */
  readonly on?: boolean;
  readonly names?: Names;
  readonly choices?: readonly string[];
  readonly description: string;
}

/** What a command works with. */
export interface Context {
  readonly io: Io;
  readonly address: HostAddress;
  /** The daemon; one is started unless it runs. */
  api(): Promise<Api>;
  /** The daemon if it runs. */
  runningApi(): Promise<Api>;
}

/** Returns the exit status; nothing is 0. */
export type Action = (input: Input, context: Context) => Promise<number | undefined>;
