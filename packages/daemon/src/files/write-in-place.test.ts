import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeInPlace } from "./write-in-place.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnm-in-place-"));
  path = join(folder, "hosts");
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ["longer", "127.0.0.1 localhost\n10.7.0.2 web1\n"],
  ["shorter", "::1\n"],
  ["as long", "127.0.0.2 localhost\n"],
  ["empty", ""],
])("a text that is %s takes the place of the one before, in the same file", async (_, text) => {
  await writeInPlace(path, "127.0.0.1 localhost\n");
  const { ino } = statSync(path);
  await writeInPlace(path, text);
  expect(readFileSync(path, "utf8")).toBe(text);
  expect(statSync(path).ino).toBe(ino);
});

it("nothing is written where the text is there already", async () => {
  await writeInPlace(path, "127.0.0.1 localhost\n");
  utimesSync(path, 1, 1);
  await writeInPlace(path, "127.0.0.1 localhost\n");
  expect(statSync(path).mtimeMs).toBe(1_000);
});

it("a file that somebody made huge costs no more than another", async () => {
  writeFileSync(path, "");
  truncateSync(path, 2 ** 33);
  await writeInPlace(path, "127.0.0.1 localhost\n");
  expect(readFileSync(path, "utf8")).toBe("127.0.0.1 localhost\n");
});
