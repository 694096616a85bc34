import { join } from "node:path";
import { compare } from "../compare.ts";
import { mountsBelow } from "../mounts-below.ts";
import { namesIn } from "../names-in.ts";
import { type Records, segmentsOf } from "../records.ts";

/** Files and mounts below the run directory: one of each for every namespace of our own. */
export function pins(records: Records, run: string): readonly string[] {
  const directory = join(run, "netns");
  const owned = records.sandboxes.filter(({ namespace }) => namespace.owned);
  const wanted = [
    ...owned.map(({ namespace }) => namespace.path),
    ...segmentsOf(records).map(({ pin }) => join(directory, pin)),
  ];
  return [
    ...compare(
      "files of namespaces",
      wanted,
      namesIn(directory).map((name) => join(directory, name)),
    ),
    ...compare("mounts of namespaces", wanted, mountsBelow(directory)),
  ];
}
