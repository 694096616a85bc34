import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";

const NANOSECONDS = 1e6;

/**
 * Where this process's time goes, in milliseconds from any moment on. A benchmark that sets aside what others do on the machine
 * has to keep what is its own doing: the work of its other threads, and that of the kernel's threads to which frames are left.
 */
export class ThreadTimes {
  readonly #main = openSync(`/proc/self/task/${process.pid}/schedstat`, "r");
  readonly #kernel = kernelThreads().map((pid) => openSync(`/proc/${pid}/schedstat`, "r"));
  readonly #bytes = Buffer.alloc(100);

  /** For which this thread has been ready to run, and waited for a processor. */
  waited(): number {
    return this.#read(this.#main, 1);
  }

  /** For which other threads of this process have run, and the kernel's (whoever gave them the work). */
  others(): number {
    const { user, system } = process.cpuUsage();
    const own = (user + system) / 1_000 - this.#read(this.#main, 0);
    return this.#kernel.reduce((sum, fd) => sum + this.#read(fd, 0), own);
  }

  close(): void {
    for (const fd of [this.#main, ...this.#kernel]) closeSync(fd);
  }

  /** schedstat: time on a processor, time in the run queue, how often. */
  #read(fd: number, place: 0 | 1): number {
    const text = this.#bytes.toString("latin1", 0, readSync(fd, this.#bytes, 0, this.#bytes.length, 0));
    return Number(text.split(" ")[place]) / NANOSECONDS;
  }
}

/** A thread for each processor works through frames that were too many to be handled at once. */
const kernelThreads = (): readonly string[] =>
  readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && nameOf(pid).startsWith("ksoftirqd/"));

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}
