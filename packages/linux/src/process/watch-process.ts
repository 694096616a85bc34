import { closeSync } from "node:fs";
import { bindLibc } from "../ffi/libc.ts";
import { loadFfi } from "../ffi/load-ffi.ts";
import { processStartTime } from "./process-start-time.ts";

/** The number is the same on every architecture that Node runs on. */
const SYS_PIDFD_OPEN = 434;
const ESRCH = 3;

/**
 * Calls back once when a process that is not our child has ended: the kernel tells through a descriptor, nothing polls. Its
 * exit status is its parent's to know. Undefined when it is gone already, or another process has its number by now.
 */
export function watchProcess(pid: number, startTime: string, onExit: () => void): Disposable | undefined {
  const ffi = loadFfi();
  const fd = bindLibc(ffi).syscall(SYS_PIDFD_OPEN, pid, null, 0);
  if (fd === -ESRCH) return undefined;
  if (fd < 0) throw new Error(`process ${pid} cannot be watched: error ${-fd}`);
  // Compared after opening: from here on the descriptor and the number mean one process.
  if (processStartTime(pid) !== startTime) {
    closeSync(fd);
    return undefined;
  }
  let open = true;
  const stop = (): void => {
    if (!open) return;
    open = false;
    watch[Symbol.dispose]();
    closeSync(fd);
  };
  const watch = ffi.watchReadable(fd, false, () => {
    if (!open) return;
    stop();
    onExit();
  });
  return { [Symbol.dispose]: stop };
}
