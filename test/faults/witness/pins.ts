import { readdirSync } from "node:fs";
import { join } from "node:path";
import { compare } from "../compare.ts";
import { mountsBelow } from "../mounts-below.ts";
import type { Records } from "../records.ts";

/** Files and mounts below the run directory: one of each for every namespace of our own. */
export function pins({ sandboxes }: Records, run: string): readonly string[] {
  const wanted = sandboxes.filter(({ namespace }) => namespace.owned).map(({ namespace }) => namespace.path);
  const directory = join(run, "netns");
  return [
    ...compare("files of namespaces", wanted, files(directory)),
    ...compare("mounts of namespaces", wanted, mountsBelow(directory)),
  ];
}

function files(directory: string): readonly string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch (error) {
    // Made with the first namespace.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
