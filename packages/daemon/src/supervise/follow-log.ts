import { watch } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { lastLinesStart } from "./last-lines.ts";

const PIECE = 64 << 10;

export interface LogWindow {
  /** Only so many of the last lines. Absent: all. */
  readonly tail?: number;
  /** Given: what is written until then, too. */
  readonly ended?: Promise<void>;
}

/** A log file piece by piece, and what is appended to it until its program ends. The kernel tells of writes; nothing polls. */
export async function* followLog(
  path: string,
  { tail, ended }: LogWindow,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  await using file = await openClosing(path);
  let position = tail === undefined ? 0 : await lastLinesStart(file.handle, tail);
  const news = new News();
  // Watched before it is read, so that nothing falls in between.
  const watcher = ended === undefined ? undefined : watch(path, () => news.tell());
  let over = ended === undefined;
  const finish = (): void => {
    over = true;
    news.tell();
  };
  void ended?.then(finish);
  signal.addEventListener("abort", finish, { once: true });
  try {
    for (;;) {
      const wasOver = over;
      for (let piece = await read(file.handle, position); piece.length > 0; piece = await read(file.handle, position)) {
        if (signal.aborted) return;
        position += piece.length;
        yield piece;
      }
      if (wasOver || signal.aborted) return;
      await news.next();
    }
  } finally {
    watcher?.close();
    signal.removeEventListener("abort", finish);
  }
}

async function openClosing(path: string) {
  const handle = await open(path, "r");
  return { handle, [Symbol.asyncDispose]: () => handle.close() };
}

async function read(handle: FileHandle, position: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(PIECE), 0, PIECE, position);
  return buffer.subarray(0, bytesRead);
}

/** Told before it is waited for, it is not lost. */
class News {
  #told = false;
  #wake = (): void => undefined;

  tell(): void {
    this.#told = true;
    this.#wake();
  }

  async next(): Promise<void> {
    if (!this.#told) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#told = false;
  }
}
