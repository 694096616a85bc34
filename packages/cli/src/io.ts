/** What a command may touch of the process that it runs in. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Whether somebody watches stderr: only then it says what it waits for. */
  readonly watched: boolean;
  out(text: string): void;
  err(text: string): void;
}

export const processIo: Io = {
  env: process.env,
  folder: process.cwd(),
  // Asked for late: opening stderr costs a tenth of the start of Node.
  get watched() {
    return process.stderr.isTTY === true;
  },
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};
