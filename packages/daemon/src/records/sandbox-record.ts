/** What the daemon knows of a sandbox beyond what the controller does. */
export interface SandboxRecord {
  readonly schema: 1;
  /** The sandbox goes when its program ends. */
  readonly autoRemove: boolean;
  /** The program that the daemon started, or is to start. */
  readonly program?: Program;
}

export interface Program {
  readonly cmd: readonly string[];
  readonly env: readonly string[];
  readonly cwd?: string;
  /** Absent until it has been started. */
  readonly process?: ProcessRecord;
}

export interface ProcessRecord {
  readonly pid: number;
  /** With the number, it names the process for good. */
  readonly startTime: string;
  /** ISO 8601 */
  readonly started: string;
  /** ISO 8601; absent while it runs. */
  readonly finished?: string;
  /** 128 + the signal's number for one that was killed. Absent when nobody was there to learn it. */
  readonly exitCode?: number;
}

export const EMPTY_RECORD: SandboxRecord = { schema: 1, autoRemove: false };

export const isRunning = ({ program }: SandboxRecord): boolean =>
  program?.process !== undefined && program.process.finished === undefined;
