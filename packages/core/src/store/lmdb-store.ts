import type { Store } from "../contracts/store.ts";
import type { Backend } from "./backend.ts";
import { lmdbBackend } from "./lmdb-backend.ts";
import { LocalStore } from "./local-store.ts";
import { type DirectoryLock, lockDirectory } from "./lock-directory.ts";

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
    const backend = await lmdbBackend(directory);
    return { ...backend, close: () => backend.close().finally(() => lock.release()) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
