/** What the user is told on stderr, after "cnm: ". Ends the command with exit status 1. */
export class CliError extends Error {
  readonly exitCode: number = 1;
}

/** The command line itself is wrong: exit status 2. */
export class UsageError extends CliError {
  override readonly exitCode = 2;
}
