import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { sourceImports } from "./imports.mjs";
import { root } from "./run.mjs";

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
    if (/^@cnm\/core(\/|$)/.test(specifier)) arrows.add(`${from} --> core`);
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

/** The packages, what of npm each imports, and what they import of each other. */
export function packagesPicture() {
  const arrows = new Set();
  for (const { file, specifier } of sourceImports()) {
    if (specifier.startsWith(".") || specifier.startsWith("node:") || specifier === "vitest") continue;
    const room = `cnm_${file.split("/")[1]}`;
    const target = specifier.startsWith("@cnm/") ? `cnm_${specifier.split("/")[1]}` : `${specifier}([${specifier}])`;
    arrows.add(`${room}["@cnm/${file.split("/")[1]}"] --> ${target}`);
  }
  return ["```mermaid", "flowchart LR", ...[...arrows].sort().map((arrow) => `  ${arrow}`), "```"].join("\n");
}

const PICTURES = { "README.md": packagesPicture, "docs/architecture.md": structurePicture };

/** Each document with its picture as it has to be: path, relative to the checkout → text. */
export function documents() {
  return Object.entries(PICTURES).map(([name, picture]) => {
    const path = join(root, name);
    const text = readFileSync(path, "utf8");
    return { name, path, text, wanted: withPicture(name, text, picture()) };
  });
}

function withPicture(name, text, picture) {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${name}: the markers around the structure picture are gone`);
  return `${text.slice(0, begin + BEGIN.length)}\n${picture}\n${text.slice(end)}`;
}

/** A picture that no longer shows what the imports are is a fault. */
export function structureFaults() {
  return documents()
    .filter(({ text, wanted }) => text !== wanted)
    .map(({ name }) => `${name}: the structure picture is out of date: npm run structure`);
}
