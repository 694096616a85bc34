#!/usr/bin/env node
import { enableCompileCache } from "./compile-cache.ts";
import { DAEMON_NODE_OPTIONS } from "./daemon/node-options.ts";
import { processIo } from "./io.ts";
import { runCli } from "./program/cli.ts";
import { TREE } from "./program/tree.ts";

enableCompileCache();

// Whoever reads our output may have enough of it: `cnm ps | head -1`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const script = process.argv[1] ?? "";
const done = runCli(process.argv.slice(2), {
  io: processIo,
  tree: TREE,
  daemonCommand: [process.execPath, ...DAEMON_NODE_OPTIONS, script, "daemon"],
  stateDir:
    process.platform === "win32" ? `${process.env["ProgramData"] ?? "C:\\ProgramData"}\\cnm\\state` : "/var/lib/cnm",
});
done.then((status) => {
  process.exitCode = status;
});
