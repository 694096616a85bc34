import type { ChildProcess, SpawnOptions } from "node:child_process";
import type { Platform } from "@cnm/core";
import type { FirewallOption } from "../options/daemon-options.ts";

export interface PlaceOfProgram {
  readonly netns: string;
  readonly etcDir: string;
  readonly hostname?: string;
}

/** What the daemon needs of the operating system besides the platform: processes and their supervisor. */
export interface Host {
  openPlatform(options: { readonly runDir: string; readonly firewall: FirewallOption }): Promise<Platform>;
  /** Starts a program in a sandbox. No shell. */
  spawn(place: PlaceOfProgram, program: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** What names a process for good together with its number; undefined when there is no such process. */
  startTime(pid: number): string | undefined;
  /** Calls back when the process has ended; undefined if it has already. */
  watchProcess(pid: number, startTime: string, onExit: () => void): Disposable | undefined;
  /** Ends the processes that have this in their environment. Absent: programs are not started in sandboxes here. */
  endMarked?(name: string, value: string): number;
  /** Tells the service manager. */
  notify(path: string, state: string): boolean;
  /** Lets nobody but the system's administrators speak to the pipe. Absent: there are no pipes. */
  guardPipe?(path: string): void;
  /** Has a command started with the system, and now. Absent: packages bring what the service manager needs. */
  install?(command: readonly string[]): Promise<string>;
  uninstall?(): Promise<string>;
}
