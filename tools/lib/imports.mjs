import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./run.mjs";

const IMPORT =
  /(?:^|\s)(?:import|export)\s(?:[^"';]*?\sfrom\s)?["']([^"']+)["']|(?:import|require(?:\.resolve)?|createRequire\(import\.meta\.url\))\(\s*["']([^"']+)["']/gm;

/** Every import of the packages' sources, tests left out: `{ file, specifier }`, file relative to the checkout. */
export function sourceImports() {
  const found = [];
  for (const room of readdirSync(join(root, "packages"))) {
    const folder = join(root, "packages", room, "src");
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith(".ts") || entry.name.endsWith(".test.ts")) continue;
      const path = join(entry.parentPath, entry.name);
      for (const match of withoutComments(readFileSync(path, "utf8")).matchAll(IMPORT)) {
        found.push({ file: relative(root, path), specifier: match[1] ?? match[2] });
      }
    }
  }
  return found;
}

const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
