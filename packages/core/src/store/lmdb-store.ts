import { join } from "node:path";
import type { Store } from "../contracts/store.ts";
import type { Backend } from "./backend.ts";
import { JournalFile } from "./journal/journal-file.ts";
import { JournaledBackend } from "./journal/journaled-backend.ts";
import { lmdbBackend } from "./lmdb-backend.ts";
import { LocalStore } from "./local-store.ts";
import { type DirectoryLock, lockDirectory } from "./lock-directory.ts";

/** Beside LMDB's files while the store is open, and after a process that was killed. */
const JOURNAL = "cnm.journal";

/**
 * A store that outlives the process, in a directory of its own that is made when it is missing. One process has it at a time:
 * others get CnmError `conflict` "state-locked".
 */
export async function lmdbStore(directory: string): Promise<Store> {
  const lock = await lockDirectory(directory);
  const store = new LocalStore(await openLocked(directory, lock));
  try {
    await store.forgetLeases();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

async function openLocked(directory: string, lock: DirectoryLock): Promise<Backend> {
  try {
    const data = await lmdbBackend(directory);
    return await journaled(data, directory, lock).catch((error) => closing(data, error));
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function journaled(data: Backend, directory: string, lock: DirectoryLock): Promise<Backend> {
  const opened = await JournalFile.open(join(directory, JOURNAL));
  try {
    return new JournaledBackend(data, opened, { release: () => lock.release() });
  } catch (error) {
    return await closing(opened.journal, error);
  }
}

async function closing(what: { close(): Promise<void> }, error: unknown): Promise<never> {
  await what.close();
  throw error;
}
