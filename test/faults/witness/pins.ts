import { join } from "node:path";
import { compare } from "../compare.ts";
import { mountsBelow } from "../mounts-below.ts";
import { namesIn } from "../names-in.ts";
import type { Records } from "../records.ts";

/** Files and mounts below the run directory: one of each for every namespace of our own. */
export function pins({ sandboxes }: Records, run: string): readonly string[] {
  const wanted = sandboxes.filter(({ namespace }) => namespace.owned).map(({ namespace }) => namespace.path);
  const directory = join(run, "netns");
  return [
    ...compare(
      "files of namespaces",
      wanted,
      namesIn(directory).map((name) => join(directory, name)),
    ),
    ...compare("mounts of namespaces", wanted, mountsBelow(directory)),
  ];
}
