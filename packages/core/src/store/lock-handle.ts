import { constants } from "node:fs";
import { type FileHandle, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { formatRecord, type LockRecord, readRecord } from "./lock-record.ts";
import { answers } from "./process-identity.ts";

const LOCK = "cnm.lock";
/** Says who has the lock file: while that is open, nobody can read it. */
const HOLDER = "cnm.lock.holder";

/** UV_FS_O_EXLOCK of libuv on Windows, which Node takes and does not name: nobody else can open the file meanwhile. */
const EXCLUSIVE = 0x1000_0000;

/** In ms, until a new holder is asked for again that has not yet said who it is. */
const SOON = 10;

/**
 * The lock of a directory on Windows: a file that only one process can have open. Windows closes it when the process ends,
 * however that happens. A chain of files would not do there: Windows replaces no file that somebody has open, and tells Node
 * nothing by which a process differs from a later one with its number.
 */
export class LockHandle {
  readonly #directory: string;
  #file: FileHandle | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Resolves to the living process that has the directory; to none when it is ours now. */
  async enter(mine: LockRecord): Promise<LockRecord | undefined> {
    for (;;) {
      this.#file = await this.#openAlone();
      if (this.#file !== undefined) {
        await writeFile(this.#path(HOLDER), formatRecord(mine));
        return undefined;
      }
      const holder = await this.#holder();
      if (holder !== undefined) return holder;
      await delay(SOON);
    }
  }

  async leave(): Promise<void> {
    await rm(this.#path(HOLDER), { force: true });
    await this.#file?.close();
    // Somebody else may have it already.
    await rm(this.#path(LOCK), { force: true }).catch(unlessBusy);
  }

  /** Undefined: somebody else has it. */
  async #openAlone(): Promise<FileHandle | undefined> {
    try {
      return await open(this.#path(LOCK), constants.O_RDWR | constants.O_CREAT | EXCLUSIVE);
    } catch (error) {
      unlessBusy(error);
      return undefined;
    }
  }

  /** Undefined: the one before has ended, and the one now has not said yet who it is. */
  async #holder(): Promise<LockRecord | undefined> {
    const said = await readRecord(this.#path(HOLDER)).catch(() => undefined);
    return said !== undefined && answers(said.pid) ? said : undefined;
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
}

function unlessBusy(error: unknown): void {
  const isBusy = error instanceof Error && "code" in error && (error.code === "EBUSY" || error.code === "EPERM");
  if (!isBusy) throw error;
}
