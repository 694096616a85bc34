import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { CnmError } from "../../packages/core/src/errors/cnm-error.ts";
import { lmdbStore } from "../../packages/core/src/store/lmdb-store.ts";
import { type DirectoryLock, lockDirectory } from "../../packages/core/src/store/lock-directory.ts";

const [what = "", directory = ""] = process.argv.slice(2);

/** Each lives until it is killed. */
const PROGRAMS: Readonly<Record<string, () => Promise<void>>> = {
  open: async () => {
    await lmdbStore(directory);
    console.log("opened");
    stay();
  },
  write: async () => {
    const store = await lmdbStore(directory);
    const { id: lease } = await store.lease(600_000);
    const puts = Array.from({ length: 50 }, (_, n) =>
      store.transaction([
        { op: "put", key: `k/${n}`, value: n },
        { op: "put", key: `leased/${n}`, value: n, lease },
      ]),
    );
    console.log(`written ${Math.max(...(await Promise.all(puts)))}`);
    stay();
  },
  pairs: async () => {
    const store = await lmdbStore(directory);
    const pair = (n: number) =>
      store.transaction([
        { op: "put", key: `left/${n}`, value: n },
        { op: "put", key: `right/${n}`, value: n },
      ]);
    await pair(0);
    console.log("begun");
    for (let n = 1; ; n += 10) await Promise.all(Array.from({ length: 10 }, (_, more) => pair(n + more)));
  },
  /** Says each number when it is written, by itself or with others, and not before. */
  count: async () => {
    const store = await lmdbStore(directory);
    for (let n = 1; ; ) {
      const together = Array.from({ length: 1 + (n % 3) }, async () => {
        const value = { n, filler: "x".repeat((n * 7919) % 20_000) };
        const [key, said] = [`k/${n % 50}`, n++];
        await store.transaction([
          { op: "put", key, value },
          { op: "put", key: "last", value: said },
        ]);
        writeSync(1, `${said}\n`);
      });
      await Promise.all(together);
      // What brings the data up to date needs turns of the event loop.
      if (n % 4 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  },
  locker: async () => {
    const locks: DirectoryLock[] = [];
    console.log("ready");
    for await (const line of createInterface(process.stdin)) {
      try {
        if (line === "release") for (const lock of locks.splice(0)) await lock.release();
        else locks.push(await lockDirectory(line, { who: "the test's child" }));
        console.log(line === "release" ? "released" : "locked");
      } catch (error) {
        tell(error);
      }
    }
  },
};

function stay(): void {
  process.stdin.resume();
}

function tell(error: unknown): void {
  console.log(error instanceof CnmError ? `${error.code} ${error.message}` : String(error));
  stay();
}

await PROGRAMS[what]?.().catch(tell);
