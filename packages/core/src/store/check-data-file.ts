import { execFile } from "node:child_process";
import { type FileHandle, open } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { CnmError } from "../errors/cnm-error.ts";

/** `struct MDB_meta` of LMDB, of which there are two: behind the head of page 0 and of page 1. */
const MDB_MAGIC = Buffer.from("dec0efbe", "hex");
const MDB_DATA_VERSION = 2;
const VERSION_AT = 4;
const PAGE_SIZE_AT = 24;
const LAST_PAGE_AT = 120;
const META_LENGTH = 192;
const SMALLEST_PAGE = 4096;

interface Meta {
  readonly version: number;
  readonly pageSize: number;
  readonly lastPage: number;
}

/**
 * LMDB maps its file into memory and trusts it: one that is damaged takes the process down, without a word. So what can be
 * told from outside is told before it is opened.
 */
export async function checkDataFile(directory: string): Promise<void> {
  const path = join(directory, "data.mdb");
  const file = await openIfThere(path);
  if (file === undefined) return;
  try {
    const { size } = await file.stat();
    if (size > 0 && size < (await expectedSize(file, path, size))) await readInChild(directory, path);
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new CnmError("unavailable", "store-not-read", `the store ${path} cannot be read: ${cause}`, { cause });
  }
}

async function expectedSize(file: FileHandle, path: string, size: number): Promise<number> {
  const first = await readMeta(file, 0);
  if (first === undefined || size < 2 * SMALLEST_PAGE) throw damaged(path);
  if (first.version !== MDB_DATA_VERSION) {
    const message = `the store ${path} was written by another LMDB (format ${first.version}, not ${MDB_DATA_VERSION})`;
    throw new CnmError("unsupported", "store-version", `${message}: use what wrote it, or another directory`);
  }
  const second = await readMeta(file, first.pageSize);
  if (second === undefined) throw damaged(path);
  return (Math.max(first.lastPage, second.lastPage) + 1) * first.pageSize;
}

async function readMeta(file: FileHandle, position: number): Promise<Meta | undefined> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(META_LENGTH), 0, META_LENGTH, position);
  const at = buffer.indexOf(MDB_MAGIC);
  if (bytesRead < META_LENGTH || at < 0 || at + LAST_PAGE_AT + 8 > META_LENGTH) return undefined;
  return {
    version: buffer.readUInt32LE(at + VERSION_AT),
    pageSize: buffer.readUInt32LE(at + PAGE_SIZE_AT),
    lastPage: Number(buffer.readBigUInt64LE(at + LAST_PAGE_AT)),
  };
}

/** Pages at the end may be missing because they are free, or because the file was cut off: to read them all tells. */
async function readInChild(directory: string, path: string): Promise<void> {
  const lmdb = createRequire(import.meta.url).resolve("lmdb");
  try {
    await promisify(execFile)(process.execPath, ["-e", READ_ALL, lmdb, directory]);
  } catch (cause) {
    throw damaged(path, cause);
  }
}

const READ_ALL = `
const [, lmdb, path] = process.argv;
const data = require(lmdb).open({ path, noSubdir: false, encoding: "string", keyEncoding: "binary" });
for (const { value } of data.getRange()) void value;
`;

function damaged(path: string, cause?: unknown): CnmError {
  const message = `the store ${path} is damaged or not a store: put a copy of it back, or move it away to start anew`;
  return new CnmError("internal", "store-damaged", message, { cause });
}
