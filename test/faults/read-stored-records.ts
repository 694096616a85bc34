import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Endpoint, type Network, openStore, type Sandbox, type Service, type Store } from "@cnm/core";
import { attach, type Records } from "./records.ts";

/**
 * What a process that runs has written down. It is held while its files are copied: the copy is what it would leave if it
 * were killed at that moment.
 */
export async function readStoredRecords(pid: number, directory: string): Promise<Records> {
  const copy = mkdtempSync(join(dirname(directory), "copy-"));
  try {
    process.kill(pid, "SIGSTOP");
    try {
      // Who has it locked stays behind.
      for (const name of ["data.mdb", "cnm.journal"]) cpSync(join(directory, name), join(copy, name));
    } finally {
      process.kill(pid, "SIGCONT");
    }
    return await readAll(await openStore(copy));
  } finally {
    rmSync(copy, { recursive: true });
  }
}

async function readAll(store: Store): Promise<Records> {
  try {
    return attach({
      networks: await all<Network>(store, "network/"),
      sandboxes: await all<Sandbox>(store, "sandbox/"),
      endpoints: await all<Endpoint>(store, "endpoint/"),
      services: await all<Service>(store, "service/"),
    });
  } finally {
    await store.close();
  }
}

async function all<T>(store: Store, prefix: string): Promise<readonly T[]> {
  const entries = await store.list(prefix);
  return entries.map(({ value }) => value as unknown as T);
}
