import { constants, ftruncateSync, writeSync } from "node:fs";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { CnmError } from "../../errors/cnm-error.ts";
import { crc32 } from "./crc32.ts";
import { encodeRecord, type JournalRecord } from "./journal-record.ts";
import { JOURNAL_HEADER, RECORD_HEAD, readJournal } from "./read-journal.ts";

/** What a journal asks of the system: of `node:fs`, or in tests of something that fails. */
export interface JournalSystem {
  writeSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
  ftruncateSync(fd: number, length: number): void;
}

/** As long as the records of a burst. */
const BUFFER = 64 * 1024;
/** In UTF-8, of one code unit of a string. */
const MOST_BYTES = 3;

/**
 * A file of records, each of which is with the kernel, and so outlives this process, once `append` has returned.
 * The caller sees to it that nobody else has the file.
 */
export class JournalFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #system: JournalSystem;
  #buffer = Buffer.allocUnsafe(BUFFER);
  #view = viewOf(this.#buffer);
  #size: number;
  #crc: number;
  /** Behind the last record may be one that failed. */
  #spoiled = false;

  private constructor(path: string, file: FileHandle, system: JournalSystem, size: number, crc: number) {
    this.#path = path;
    this.#file = file;
    this.#system = system;
    this.#size = size;
    this.#crc = crc;
  }

  /** Makes it when it is missing. What is behind the last whole record goes. */
  static async open(path: string, system: JournalSystem = { writeSync, ftruncateSync }): Promise<OpenedJournal> {
    const file = await openFile(path);
    try {
      const { records, length, crc } = readJournal(await file.readFile(), path);
      await file.truncate(length);
      if (length === 0) await file.write(JOURNAL_HEADER, 0, JOURNAL_HEADER.length, 0);
      await file.datasync();
      return { records, journal: new JournalFile(path, file, system, Math.max(length, JOURNAL_HEADER.length), crc) };
    } catch (error) {
      await file.close();
      throw error instanceof CnmError ? error : notOpened(path, error);
    }
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  /** All or nothing. Throws CnmError `unavailable` "store-not-written". */
  append(record: JournalRecord): void {
    try {
      if (this.#spoiled) this.#cutOff();
    } catch (cause) {
      throw this.#notWritten("cannot be mended after a write that failed, so it takes no more", cause);
    }
    const length = this.#encode(record);
    try {
      this.#writeAll(length);
    } catch (cause) {
      this.#spoiled = true;
      this.#tryToCutOff();
      throw this.#notWritten("cannot be written", cause);
    }
    this.#size += length;
    this.#crc = this.#view.getUint32(4, true);
  }

  /** Only once all records are safe elsewhere. */
  reset(): void {
    this.#size = JOURNAL_HEADER.length;
    this.#crc = 0;
    // Where it fails, the next records are written over the old ones, which are not taken for followers of them.
    this.#tryToCutOff();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** After it is closed, and only once all records are safe elsewhere. */
  async remove(): Promise<void> {
    await unlink(this.#path);
  }

  #encode(record: JournalRecord): number {
    const payload = encodeRecord(record);
    const most = RECORD_HEAD + payload.length * MOST_BYTES;
    if (most > this.#buffer.length || this.#buffer.length > BUFFER) {
      this.#buffer = Buffer.allocUnsafe(Math.max(most, BUFFER));
      this.#view = viewOf(this.#buffer);
    }
    const length = this.#buffer.write(payload, RECORD_HEAD);
    this.#view.setUint32(0, length, true);
    this.#view.setUint32(4, crc32(this.#buffer, RECORD_HEAD, RECORD_HEAD + length, this.#crc), true);
    return RECORD_HEAD + length;
  }

  #writeAll(length: number): void {
    for (let done = 0; done < length; ) {
      const written = this.#system.writeSync(this.#file.fd, this.#buffer, done, length - done, this.#size + done);
      if (written === 0) throw new Error("nothing more is taken");
      done += written;
    }
  }

  #tryToCutOff(): void {
    try {
      this.#cutOff();
    } catch {
      // The next append tries again, and tells.
    }
  }

  #cutOff(): void {
    this.#system.ftruncateSync(this.#file.fd, this.#size);
    this.#spoiled = false;
  }

  #notWritten(what: string, cause: unknown): CnmError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new CnmError("unavailable", "store-not-written", `the journal ${this.#path} ${what}: ${reason}`, { cause });
  }
}

export interface OpenedJournal {
  readonly journal: JournalFile;
  readonly records: readonly JournalRecord[];
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch (cause) {
    throw notOpened(path, cause);
  }
}

function notOpened(path: string, cause: unknown): CnmError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CnmError("unavailable", "store-not-read", `the journal ${path} cannot be opened: ${reason}`, { cause });
}
