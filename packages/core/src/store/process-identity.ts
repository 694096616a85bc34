import { readFile } from "node:fs/promises";

/** A process, and not another one that got its number later. What the system does not tell is absent. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks since boot. */
  readonly startTime?: string;
  readonly bootId?: string;
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  const { pid } = process;
  const [startTime, bootId] = [(await readStat(pid))?.startTime, await readBootId()];
  return {
    pid,
    ...(startTime === undefined ? {} : { startTime }),
    ...(bootId === undefined ? {} : { bootId }),
  };
}

export async function isAlive({ pid, startTime, bootId }: ProcessIdentity): Promise<boolean> {
  const boot = await readBootId();
  if (bootId !== undefined && boot !== undefined && bootId !== boot) return false;
  const stat = await readStat(pid);
  if (stat === undefined) return answers(pid);
  return stat.running && (startTime === undefined || startTime === stat.startTime);
}

export function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Absent: the process is gone or hidden, or the system tells nothing. */
export async function commandLine(pid: number): Promise<string | undefined> {
  const text = await read(`/proc/${pid}/cmdline`);
  return text?.split("\0").join(" ").trim().slice(0, 200) || undefined;
}

async function readStat(pid: number): Promise<{ readonly running: boolean; readonly startTime?: string } | undefined> {
  const text = await read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name before the ")" may hold anything, also spaces and ")".
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, threads, startTime] = [fields[0], Number(fields[17]), fields[19]];
  // Killed, and not yet waited for by its parent: only when its last thread is gone too, nothing of it runs any more.
  const running = (state !== "Z" && state !== "X") || threads > 1;
  return startTime === undefined ? { running } : { running, startTime };
}

async function readBootId(): Promise<string | undefined> {
  return (await read("/proc/sys/kernel/random/boot_id"))?.trim();
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
