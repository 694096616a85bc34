import { CnmError } from "@cnm/core";
import type { Ffi } from "./ffi.ts";

const F_GETFL = 3;
const F_SETFL = 4;
const F_SETOWN = 8;
const O_ASYNC = 0o20000;

const FCNTL = {
  fcntl: { args: ["i32", "i32", "i64"], returns: "i32", errno: true },
} as const;

/**
 * Readiness of a descriptor by signal, for an FFI that has no access to the event loop's poll: the kernel sends SIGIO
 * when something has arrived. The signal does not say on which descriptor, so the listener has to read without blocking.
 */
export function signalWatch(ffi: Ffi, fd: number, ref: boolean, onReadable: () => void): Disposable {
  const { fcntl } = ffi.bind("libc.so.6", FCNTL);
  const set = (command: number, value: number): void => {
    const result = fcntl(fd, command, value);
    if (result < 0) throw new CnmError("internal", "fcntl", `cannot watch descriptor ${fd}: error ${-result}`);
  };
  let open = true;
  // A signal reaches all who listen when it comes, also those that another of them has disposed of.
  const listener = (): void => {
    if (open) onReadable();
  };
  process.on("SIGIO", listener);
  set(F_SETOWN, process.pid);
  set(F_SETFL, fcntl(fd, F_GETFL, 0) | O_ASYNC);
  // A signal handler does not keep the event loop alive; an idle timer does.
  const alive = ref ? setInterval(() => undefined, 0x7fffffff) : undefined;
  return {
    [Symbol.dispose]() {
      open = false;
      process.off("SIGIO", listener);
      clearInterval(alive);
      fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) & ~O_ASYNC);
    },
  };
}
