import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { CnmError } from "../errors/cnm-error.ts";
import { LockChain } from "./lock-chain.ts";
import { LockHandle } from "./lock-handle.ts";
import type { LockRecord } from "./lock-record.ts";
import { commandLine, ownIdentity } from "./process-identity.ts";

export interface LockOptions {
  /** What others read about the holder: "cnm daemon". */
  readonly who?: string;
}

export interface DirectoryLock extends AsyncDisposable {
  /** Absolute. */
  readonly directory: string;
  release(): Promise<void>;
}

/**
 * Makes the directory, if it is missing, and this process its only user. A lock whose process is gone, be it by `kill -9` or
 * with the host, is no lock. Processes must see each other's numbers: a directory shared by containers is not guarded.
 *
 * Throws CnmError `conflict` "state-locked" when a living process, also this one, has it.
 *
 * @example await using lock = await lockDirectory("/var/lib/cnm", { who: "cnm daemon" });
 */
export async function lockDirectory(path: string, { who }: LockOptions = {}): Promise<DirectoryLock> {
  const directory = resolve(path);
  const record: LockRecord = { ...(await ownIdentity()), id: randomUUID(), ...(who === undefined ? {} : { who }) };
  const place = process.platform === "win32" ? new LockHandle(directory) : new LockChain(directory);
  const holder = await lock(place, directory, record);
  if (holder !== undefined) throw await locked(directory, holder);

  let released: Promise<void> | undefined;
  const release = () => {
    released ??= place.leave(record);
    return released;
  };
  return { directory, release, [Symbol.asyncDispose]: release };
}

async function lock(
  place: LockChain | LockHandle,
  directory: string,
  record: LockRecord,
): Promise<LockRecord | undefined> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return await place.enter(record);
  } catch (cause) {
    if (cause instanceof CnmError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the state directory ${directory} cannot be locked: ${reason}`;
    throw new CnmError("unavailable", "state-not-locked", message, { cause });
  }
}

async function locked(directory: string, { pid, who }: LockRecord): Promise<CnmError> {
  const details = [who, await commandLine(pid)].filter((detail) => detail !== undefined).join(": ");
  const holder = `process ${pid}${details === "" ? "" : ` (${details})`}`;
  const todo = pid === process.pid ? "close what has it open" : "stop that process";
  const message = `the state directory ${directory} is in use by ${holder}: ${todo}, or use another directory`;
  return new CnmError("conflict", "state-locked", message);
}
