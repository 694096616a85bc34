import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Waits for the end of a program; a failure of it is ours. */
export async function finished(child: ChildProcess): Promise<void> {
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`a program ended with status ${status}`);
}

/** Waits until a program has said something: its way of saying that it is ready. */
export async function firstOutput(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error("the program's output is not a pipe");
  await once(child.stdout, "data");
}
