import type { FileHandle } from "node:fs/promises";

const PIECE = 64 << 10;
const NEWLINE = 10;

/** Where the last so many lines of a file begin. An unfinished line is a line. */
export async function lastLinesStart(file: FileHandle, lines: number): Promise<number> {
  const { size } = await file.stat();
  if (lines === 0) return size;
  let missing = lines;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - PIECE);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(end - start), 0, end - start, start);
    for (let at = bytesRead - 1; at >= 0; at--) {
      // The newline at the very end closes the last line; it does not open another.
      if (buffer[at] !== NEWLINE || start + at === size - 1) continue;
      missing--;
      if (missing === 0) return start + at + 1;
    }
    end = start;
  }
  return 0;
}
