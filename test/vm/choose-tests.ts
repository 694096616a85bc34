import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Where tests are that need a kernel. */
const FOLDERS = ["test/kernel", "test/integration"] as const;

/**
 * The test files whose paths contain one of the filters, relative to the checkout; without filters all of test/kernel/.
 * Throws for a filter that fits none: nothing is left out unnoticed.
 */
export function chooseTests(checkout: string, filters: readonly string[]): readonly string[] {
  const wanted = filters.length === 0 ? ["test/kernel/"] : filters;
  const files = FOLDERS.flatMap((folder) => testFiles(checkout, folder));
  const unknown = wanted.filter((filter) => !files.some((file) => file.includes(filter)));
  if (unknown.length > 0)
    throw new Error(`no test file in ${FOLDERS.join(" or ")} has "${unknown.join('", "')}" in its path`);
  return files.filter((file) => wanted.some((filter) => file.includes(filter)));
}

function testFiles(checkout: string, folder: string): readonly string[] {
  return readdirSync(join(checkout, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `${folder}/${name}`)
    .sort();
}
