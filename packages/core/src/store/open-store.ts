import { fileURLToPath } from "node:url";
import type { Store } from "../contracts/store.ts";
import { CnmError } from "../errors/cnm-error.ts";
import { memoryStore } from "./memory-store.ts";

/**
 * Opens the store that a text names: a directory, as a path or "file:" URL, for one that outlives the process, or "memory:".
 *
 * Throws CnmError `conflict` "state-locked" when another process has the directory, `unsupported` "store-scheme" for other
 * URLs, and `unsupported` "store-version" or `internal` "store-damaged" for what is in the directory.
 *
 * @example const store = await openStore("/var/lib/cnm");
 */
export async function openStore(url: string): Promise<Store> {
  if (url === "memory:") return memoryStore();
  const directory = url.startsWith("file:") ? fromFileUrl(url) : url;
  if (directory === "") throw new CnmError("invalid", "store-path", "a store needs a directory, or memory:");
  refuseOtherSchemes(directory);
  // Only here, so that those who keep nothing do not load a native library.
  const { lmdbStore } = await import("./lmdb-store.ts");
  return await lmdbStore(directory);
}

function fromFileUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new CnmError("invalid", "store-path", `store ${url}: not the URL of a directory on this host`, { cause });
  }
}

function refuseOtherSchemes(url: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1];
  if (scheme === undefined) return;
  const reason = ["etcd", "http", "https"].includes(scheme.toLowerCase())
    ? "stores that hosts share come with clusters, which this version does not have yet"
    : "there is no such kind of store";
  const message = `store ${withoutPassword(url)}: ${reason}; name a directory, or memory:`;
  throw new CnmError("unsupported", "store-scheme", message);
}

const withoutPassword = (url: string): string => url.replace(/\/\/[^/@]*@/, "//");
