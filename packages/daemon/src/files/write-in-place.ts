import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** More than such files ever have, in bytes. What is there may be a program's of the sandbox, and of any length. */
const LONGEST = 65_536;

/**
 * Makes the text the file's own; the file stays the same one, for it may be mounted into a running program. A reader finds the
 * old text or the new one, never an empty file: nothing is cut off before all is written, and a shorter text ends in empty
 * lines until then.
 */
export async function writeInPlace(path: string, text: string): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  try {
    const bytes = Buffer.from(text);
    const { size } = await file.stat();
    if (size === bytes.length && bytes.equals(await file.readFile())) return;
    const rest = Math.max(size - bytes.length, 0);
    const emptyLines = Buffer.alloc(Math.min(rest, LONGEST), "\n");
    await file.write(Buffer.concat([bytes, emptyLines]), 0, undefined, 0);
    if (rest > 0) await file.truncate(bytes.length);
  } finally {
    await file.close();
  }
}
