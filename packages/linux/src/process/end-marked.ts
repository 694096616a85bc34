import { readdirSync, readFileSync } from "node:fs";

/**
 * Ends every process that has this variable with this value in the environment with which it was started, and so whatever such
 * a one has started. Returns how many there were.
 */
export function endMarked(name: string, value: string): number {
  const entry = `${name}=${value}`;
  const found = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(entry));
  for (const pid of found) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
  return found.length;
}

function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  } catch {
    // It has ended, or is none of ours to look at.
    return [];
  }
}
