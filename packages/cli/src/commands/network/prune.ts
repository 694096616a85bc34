import { textsAt } from "../../api/json.ts";
import { withProgress } from "../../output/progress.ts";
import type { Action } from "../../program/command-spec.ts";

export const pruneNetworks: Action = async (input, { io, api }) => {
  if (!input.flag("force") && !(await agreed(io.err))) return 0;
  const daemon = await api();
  const pruned = await withProgress(io, "removing networks", daemon.pruneNetworks(input.filters()));
  const names = textsAt(pruned, "NetworksDeleted");
  if (names.length > 0) io.out(`Deleted Networks:\n${names.map((name) => `${name}\n`).join("")}\n`);
  return 0;
};

async function agreed(ask: (text: string) => void): Promise<boolean> {
  const { createInterface } = await import("node:readline");
  ask("WARNING! This will remove all networks that no sandbox is on.\nAre you sure you want to continue? [y/N] ");
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return /^y(es)?$/i.test(line.trim());
  }
  return false;
}
