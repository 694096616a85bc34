/**
 * For a daemon's process. What it makes is either gone at once or stays: a large young generation only takes memory, tens of
 * megabytes of it.
 */
export const DAEMON_NODE_OPTIONS: readonly string[] = ["--max-semi-space-size=1"];
