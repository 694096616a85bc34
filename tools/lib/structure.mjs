import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { sourceImports } from "./imports.mjs";
import { root } from "./run.mjs";

const DOCUMENT = "docs/architecture.md";
const BEGIN = "<!-- structure: written by `npm run structure` -->";
const END = "<!-- /structure -->";

/** The folders and the arrows between them, as a mermaid picture. Folder = concern, so this is the architecture. */
export function structurePicture() {
  const arrows = new Set();
  const folders = new Map();
  const place = (file) => {
    const [, room, , folder] = file.split("/");
    const name = folder?.endsWith(".ts") ? undefined : folder;
    if (name === undefined) return undefined;
    folders.set(room, (folders.get(room) ?? new Set()).add(name));
    return `${room}_${name}`;
  };
  for (const { file, specifier } of sourceImports()) {
    const from = place(file);
    if (from === undefined) continue;
    if (specifier === "@cnm/core") arrows.add(`${from} --> core`);
    if (!specifier.startsWith(".")) continue;
    const to = place(posix.normalize(posix.join(posix.dirname(file), specifier)));
    if (to !== undefined && to !== from) arrows.add(`${from} --> ${to}`);
  }
  const rooms = [...folders].sort().map(([room, names]) => {
    const lines = [...names].sort().map((name) => `    ${room}_${name}["${name}"]`);
    return [`  subgraph ${room}["packages/${room}"]`, ...lines, "  end"].join("\n");
  });
  return ["```mermaid", "flowchart TD", ...rooms, ...[...arrows].sort().map((arrow) => `  ${arrow}`), "```"].join("\n");
}

export function withPicture(text) {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${DOCUMENT}: the markers around the structure picture are gone`);
  return `${text.slice(0, begin + BEGIN.length)}\n${structurePicture()}\n${text.slice(end)}`;
}

export const documentPath = join(root, DOCUMENT);

/** A picture that no longer shows what the imports are is a fault. */
export function structureFaults() {
  const text = readFileSync(documentPath, "utf8");
  return withPicture(text) === text ? [] : [`${DOCUMENT}: the structure picture is out of date: npm run structure`];
}
