import { execFileSync } from "node:child_process";

/** Runs a program as a reader of the lab would, shows what was typed, and returns what it said. */
export function shown(line: string): string {
  console.log(`$ ${line}`);
  return quietly(line);
}

/** The same, without a word. Words are kept apart by single spaces; there is no shell. */
export function quietly(line: string): string {
  const [program = "", ...words] = line.split(" ");
  return execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Whether one ping comes back, from the namespace at a path. */
export function pings(path: string, address: string): boolean {
  try {
    quietly(`nsenter --net=${path} ping -c 1 -W 2 ${address}`);
    return true;
  } catch {
    return false;
  }
}
