import { type Database, open } from "lmdb";
import { CnmError } from "../errors/cnm-error.ts";
import type { Backend, Stored, Writes } from "./backend.ts";
import { checkDataFile } from "./check-data-file.ts";
import { endOfPrefix } from "./store-key.ts";

const VERSION = "1";

/** Keys of stores are ASCII: what begins with a higher byte is ours. */
const VERSION_KEY = bytes("\xffversion");
const REVISION_KEY = bytes("\xffrevision");
/** Followed by a key that was put with a lease. */
const LEASED = "\xfe";

type Data = Database<string, Buffer>;

/** A write outlives a power cut. The caller sees to it that nobody else has the directory. */
export async function lmdbBackend(directory: string): Promise<Backend> {
  await checkDataFile(directory);
  const data: Data = open(directory, {
    noSubdir: false,
    encoding: "string",
    keyEncoding: "binary",
    // Writes come one by one, each as big as can be. Gathering them again costs time, and an error that nobody handles.
    eventTurnBatching: false,
    // Else a write is done when others see it, and only later on the disk.
    overlappingSync: false,
  });
  try {
    await settleVersion(data, directory);
    return backendOn(data, directory);
  } catch (error) {
    await data.close();
    throw error;
  }
}

function backendOn(data: Data, directory: string): Backend {
  return {
    revision: Number(data.get(REVISION_KEY) ?? "0"),
    read: (key) => {
      const text = data.get(bytes(key));
      return text === undefined ? undefined : decode(text);
    },
    list: (prefix) => [...data.getRange(range(prefix)).map(({ key, value }) => [textOf(key), decode(value)] as const)],
    leased: () => [...data.getKeys({ start: bytes(LEASED), end: bytes("\xff") })].map((key) => textOf(key).slice(1)),
    write: (writes, revision) =>
      commit(directory, () =>
        data.batch(() => {
          writeAll(data, writes);
          void data.put(REVISION_KEY, String(revision));
        }),
      ),
    close: () => data.close(),
  };
}

async function settleVersion(data: Data, directory: string): Promise<void> {
  const version = data.get(VERSION_KEY);
  if (version === VERSION) return;
  if (version === undefined && [...data.getKeys({ limit: 1 })].length === 0) {
    return await commit(directory, () => data.put(VERSION_KEY, VERSION));
  }
  const what = version === undefined ? "is not one of cnm" : `has format ${version}, and this cnm reads ${VERSION}`;
  const message = `the store in ${directory} ${what}: use what wrote it, or another directory`;
  throw new CnmError("unsupported", "store-version", message);
}

function writeAll(data: Data, writes: Writes): void {
  for (const [key, stored] of writes) {
    if (stored === undefined) void data.remove(bytes(key));
    else void data.put(bytes(key), encode(stored));
    if (stored?.lease !== undefined) void data.put(bytes(LEASED + key), "");
    else if (data.doesExist(bytes(LEASED + key))) void data.remove(bytes(LEASED + key));
  }
}

/** LMDB's own thread does it all, while this one goes on: a transaction with a function would have to wait for its turn. */
async function commit(directory: string, body: () => Promise<unknown>): Promise<void> {
  try {
    await body();
  } catch (error) {
    const cause = await reasonOf(error);
    const message = `the store in ${directory} cannot be written: ${cause instanceof Error ? cause.message : cause}`;
    throw new CnmError("unavailable", "store-not-written", message, { cause });
  }
}

/** LMDB rejects first, and says why through a promise in the error: within the same turn, or never. */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && "commitError" in error && error.commitError instanceof Promise)) return error;
  const reason = error.commitError.catch((cause: unknown) => cause);
  return await Promise.race([reason, new Promise((resolve) => setImmediate(resolve, error))]);
}

function encode({ revision, lease = "", text }: Stored): string {
  return `${revision} ${lease}\n${text}`;
}

function decode(encoded: string): Stored {
  const line = encoded.indexOf("\n");
  const [revision, lease] = encoded.slice(0, line).split(" ");
  const stored = { revision: Number(revision), text: encoded.slice(line + 1) };
  return lease === undefined || lease === "" ? stored : { ...stored, lease };
}

/** An empty key is none to LMDB. */
function range(prefix: string): { readonly start?: Buffer; readonly end: Buffer } {
  const end = bytes(endOfPrefix(prefix));
  return prefix === "" ? { end } : { start: bytes(prefix), end };
}

function bytes(key: string): Buffer {
  return Buffer.from(key, "latin1");
}

function textOf(key: Buffer): string {
  return key.toString("latin1");
}
