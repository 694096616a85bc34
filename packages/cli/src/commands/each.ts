import type { Json } from "../api/json.ts";
import { CliError } from "../errors.ts";
import type { Io } from "../io.ts";
import { printDocuments } from "../output/documents.ts";
import type { Input } from "../program/input.ts";

/** Does it for every argument, and prints each that it was done for. What fails is told, and the rest goes on. */
export async function each(io: Io, names: readonly string[], work: (name: string) => Promise<void>): Promise<number> {
  return await toldEach(io, names, async (name) => {
    await work(name);
    io.out(`${name}\n`);
  });
}

/** The same, and prints nothing. */
export async function toldEach(
  io: Io,
  names: readonly string[],
  work: (name: string) => Promise<void>,
): Promise<number> {
  let status = 0;
  for (const name of names) {
    try {
      await work(name);
    } catch (error) {
      status = told(io, error);
    }
  }
  return status;
}

/** Shows every argument, and tells of those that are not there. */
export async function inspect(io: Io, input: Input, find: (name: string) => Promise<Json>): Promise<number> {
  const found: Json[] = [];
  const status = await toldEach(io, input.args, async (name) => void found.push(await find(name)));
  printDocuments(io, found, input.text("format"));
  return status;
}

function told(io: Io, error: unknown): number {
  if (!(error instanceof CliError)) throw error;
  io.err(`cnm: ${error.message}\n`);
  return error.exitCode;
}
