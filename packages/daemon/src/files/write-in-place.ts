import { constants } from "node:fs";
import { open } from "node:fs/promises";

/**
 * Makes the text the file's own; the file stays the same one, for it may be mounted into a running program. A reader finds the
 * old text or the new one, never an empty file: nothing is cut off before all is written, and a shorter text ends in empty
 * lines until then.
 */
export async function writeInPlace(path: string, text: string): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  try {
    const there = await file.readFile();
    const bytes = Buffer.from(text);
    if (there.equals(bytes)) return;
    const rest = Buffer.alloc(Math.max(there.length - bytes.length, 0), "\n");
    await file.write(Buffer.concat([bytes, rest]), 0, undefined, 0);
    if (rest.length > 0) await file.truncate(bytes.length);
  } finally {
    await file.close();
  }
}
