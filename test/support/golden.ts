import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

/** A document of named lists. In its file each item is one line, so that a diff shows which items come and go. */
export type GoldenDocument = Readonly<Record<string, readonly unknown[]>>;

/**
 * Files that say what is expected, rewritten with `UPDATE_GOLDEN=1`. A file that no case uses any more is a fault, and goes
 * when they are rewritten.
 */
export class GoldenFolder {
  readonly #folder: string;
  readonly #used = new Set<string>();
  readonly #update: boolean;

  constructor(folder: string, update = process.env["UPDATE_GOLDEN"] === "1") {
    this.#folder = folder;
    this.#update = update;
  }

  expectSame(name: string, document: GoldenDocument): void {
    const file = `${name}.golden.json`;
    this.#used.add(file);
    const path = join(this.#folder, file);
    const text = format(document);
    if (this.#update) {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(path, text);
    }
    if (!existsSync(path)) throw new Error(`there is no ${path}: run the test with UPDATE_GOLDEN=1, and read the file`);
    // Lines rather than objects: the difference is shown as lines of the file.
    expect(text.split("\n"), `differs from ${file}; if that is meant, UPDATE_GOLDEN=1 rewrites it`).toEqual(
      readFileSync(path, "utf8").split("\n"),
    );
  }

  /** After all cases. */
  expectNoOthers(): void {
    const others = readdirSync(this.#folder).filter((file) => !this.#used.has(file));
    if (this.#update) for (const file of others) rmSync(join(this.#folder, file));
    else expect(others, "golden files that no case uses; UPDATE_GOLDEN=1 removes them").toEqual([]);
  }
}

function format(document: GoldenDocument): string {
  const lists = Object.entries(document).map(([name, items]) => {
    const lines = items.map((item) => `    ${JSON.stringify(item)}`).join(",\n");
    return `  ${JSON.stringify(name)}: [${lines === "" ? "" : `\n${lines}\n  `}]`;
  });
  return `{\n${lists.join(",\n")}\n}\n`;
}
