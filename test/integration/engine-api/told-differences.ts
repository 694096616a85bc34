import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import type { Differences } from "./compare.ts";

/** docs/engine-api.md tells these differences, between markers of this name. */
export function expectTold({ everywhere, commands }: Differences, marker: string): void {
  const path = new URL("../../../docs/engine-api.md", import.meta.url);
  const text = readFileSync(path, "utf8");
  const [begin, end] = [`<!-- ${marker} -->\n`, `<!-- /${marker} -->\n`];
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  expect(to, `the markers of ${marker} are gone`).toBeGreaterThan(from - 1);
  const code = (words: string) => `\`${words.trim().replaceAll("|", "\\|")}\``;
  const rows = [
    ...everywhere.map(({ reason }) => `| everywhere | ${reason} |`),
    ...commands.map(({ command, reason }) => `| ${code(`docker ${command}`)} | ${reason} |`),
  ];
  const table = ["| command | reason |", "|---|---|", ...rows, ""].join("\n");
  const wanted = `${text.slice(0, from)}${table}${text.slice(to)}`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, wanted);
  expect(readFileSync(path, "utf8")).toBe(wanted);
}

/** Every difference that was found is expected, and every one that is expected was found. */
export function expectOnly({ commands }: Differences, found: readonly { readonly command: string }[]): void {
  const allowed = new Set(commands.map(({ command }) => command));
  expect(found.filter(({ command }) => !allowed.has(command))).toEqual([]);
  // One that has gone has to go from the list as well.
  const still = new Set(found.map(({ command }) => command));
  expect([...allowed].filter((command) => !still.has(command))).toEqual([]);
}
