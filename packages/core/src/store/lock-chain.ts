import { link, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { formatRecord, type LockRecord, readRecord } from "./lock-record.ts";
import { answers, isAlive } from "./process-identity.ts";

const LOCK = "cnm.lock";
/** Followed by the id of a dead holder: who comes after it. */
const AFTER = "cnm.lock.after-";
/** Followed by the pid and id of who is about to lock. */
const NEW = "cnm.lock.new-";

/**
 * The holder of a directory is the last one in a chain: the lock file names the first, and a file for each dead one names who
 * came after it. `link` makes either only where there is none, so that no place in the chain is taken twice; a lock file that
 * is stale is never removed, only replaced, by whoever holds the chain's last place. All may be killed at any point.
 */
export class LockChain {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Resolves to the living process that has the directory; to none when it is ours now. */
  async enter(mine: LockRecord): Promise<LockRecord | undefined> {
    const file = this.#path(`${NEW}${mine.pid}-${mine.id}`);
    try {
      await writeSynced(file, formatRecord(mine));
      for (;;) {
        const last = await this.#last();
        if (last !== undefined && (await isAlive(last))) return last;
        const place = this.#path(last === undefined ? LOCK : AFTER + last.id);
        if ((await linked(file, place)) && (last === undefined || (await this.#settle(file, place, mine)))) break;
      }
    } finally {
      await rm(file, { force: true });
    }
    await this.#sweep();
    return undefined;
  }

  async leave(mine: LockRecord): Promise<void> {
    const path = this.#path(LOCK);
    if ((await readRecord(path))?.id === mine.id) await rm(path, { force: true });
  }

  /** A walk counts only if the lock file still names the same first one at its end: others replace it, and then sweep. */
  async #last(): Promise<LockRecord | undefined> {
    for (;;) {
      const first = await readRecord(this.#path(LOCK));
      const last = await this.#lastAfter(first);
      if (last === first || (await readRecord(this.#path(LOCK)))?.id === first?.id) return last;
    }
  }

  async #lastAfter(first: LockRecord | undefined): Promise<LockRecord | undefined> {
    let last = first;
    while (last !== undefined && !(await isAlive(last))) {
      const next = await readRecord(this.#path(AFTER + last.id));
      if (next === undefined) break;
      last = next;
    }
    return last;
  }

  /** A place after somebody whom the lock file no longer leads to is worth nothing: others were faster, and have swept. */
  async #settle(file: string, place: string, mine: LockRecord): Promise<boolean> {
    const valid = (await this.#last())?.id === mine.id;
    if (valid) await rename(file, this.#path(LOCK));
    else await rm(place, { force: true });
    return valid;
  }

  /** Nobody else comes in here now, so what the dead left behind is of no use. */
  async #sweep(): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      const unused =
        name.startsWith(AFTER) || (name.startsWith(NEW) && !answers(Number.parseInt(name.slice(NEW.length), 10)));
      if (unused) await rm(this.#path(name), { force: true });
    }
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
}

/** On the disk before it has its name: a host that goes down must not leave an empty lock behind. */
async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}
