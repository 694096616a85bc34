import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { flatten } from "../completion/flatten.ts";
import { commandTable } from "./command-table.ts";
import { TREE } from "./tree.ts";

const DOCUMENT = fileURLToPath(new URL("../../../../docs/cli.md", import.meta.url));
const BEGIN = "<!-- commands: written by `UPDATE_GOLDEN=1 npx vitest run --project unit command-table` -->";
const END = "<!-- /commands -->";

it("is what docs/cli.md shows", () => {
  const text = readFileSync(DOCUMENT, "utf8");
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  expect(begin, "the markers are gone").toBeGreaterThan(0);
  const wanted = `${text.slice(0, begin + BEGIN.length)}\n${commandTable(TREE)}\n${text.slice(end)}`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(DOCUMENT, wanted);
  else expect(text).toBe(wanted);
});

it("every command that can be called has an example that begins with it", () => {
  for (const { path, spec } of flatten(TREE)) {
    if (spec.load !== undefined) expect(spec.example, path).toContain(`cnm ${path}`);
  }
});
