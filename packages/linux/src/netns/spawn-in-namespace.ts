import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { bindLibc } from "../ffi/libc.ts";
import { loadFfi } from "../ffi/load-ffi.ts";
import { openNamespace } from "./open-namespace.ts";

/**
 * Starts a program inside a network namespace: it sees only the sandbox's interfaces. Everything else (files, users,
 * mounts) is this process's. Options are those of `child_process.spawn`; there is no shell.
 *
 * @example
 * const { namespace } = await sandbox.info();
 * spawnInNamespace(namespace.path, "ping", ["-c", "1", "10.7.0.1"], { stdio: "inherit" });
 */
export function spawnInNamespace(
  path: string,
  program: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): ChildProcess {
  const namespace = openNamespace(bindLibc(loadFfi()), path);
  try {
    // The child is forked on this thread while it is inside, and so begins its life there.
    return namespace.enter(() => spawn(program, args, options));
  } finally {
    namespace.close();
  }
}
