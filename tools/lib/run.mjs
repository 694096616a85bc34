import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a program with its output on ours; rejects unless it ends with 0. No shell. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: "inherit", ...options });
    child.once("error", (cause) => reject(new Error(`cannot start ${program}`, { cause })));
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${[program, ...args].join(" ")}: ${signal ?? `exit status ${code}`}`));
    });
  });
}

/** npm itself, found without PATH when npm started us. */
export function npm(args, options) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith(".js") ? run(process.execPath, [cli, ...args], options) : run("npm", args, options);
}

/** A program that a dependency brought, run by this very Node. */
export const tool = (path, args, options) => run(process.execPath, [`${root}/node_modules/${path}`, ...args], options);

/** Ends the process as a command line tool should: the reason on stderr, status 1. */
export async function main(body) {
  try {
    await body(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
