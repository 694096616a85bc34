import { readFile } from "node:fs/promises";
import { CnmError } from "../errors/cnm-error.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** What a lock file says. */
export interface LockRecord extends ProcessIdentity {
  /** Of this one locking. */
  readonly id: string;
  /** What the holder calls itself. */
  readonly who?: string;
}

export function formatRecord(record: LockRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Absent: there is no such file. */
export async function readRecord(path: string): Promise<LockRecord | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const record = parse(text);
  if (isRecord(record)) return record;
  const message = `${path} is not a lock file of cnm: if no process uses the directory, delete it`;
  throw new CnmError("conflict", "state-locked", message);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is LockRecord {
  if (typeof value !== "object" || value === null) return false;
  const { pid, id, startTime, bootId, who } = value as Readonly<Record<string, unknown>>;
  const texts = [startTime, bootId, who].every((text) => text === undefined || typeof text === "string");
  return Number.isSafeInteger(pid) && Number(pid) > 0 && typeof id === "string" && /^[\w-]+$/.test(id) && texts;
}
