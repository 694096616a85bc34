import { spawn } from "node:child_process";
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.mjs";
import { cacheFolder, unlessThere } from "./cache.mjs";

const WINE = "/usr/lib/wine/wine64";
const WINESERVER = "/usr/lib/wine/wineserver64";

/** A whole system, made in half a minute: once, and then linked for each run. */
const TEMPLATE = join(cacheFolder, "prefix-8");

/** A program that says nothing for so long hangs. */
const SILENCE = 120_000;

/** A path of this host, as a Windows program under Wine names it. */
export const windowsPath = (path) => `Z:${path.replaceAll("/", "\\")}`;

/**
 * A Wine of one's own: prefix and wineserver end with it.
 * @returns `run(program, args, { env, output })`, which resolves with the exit status and rejects when it hangs; `close()`
 */
export async function startWine() {
  await unlessThere(TEMPLATE, makePrefix);
  const folder = join(cacheFolder, "runs");
  mkdirSync(folder, { recursive: true });
  const prefix = mkdtempSync(join(folder, "prefix-"));
  await linkPrefix(prefix);
  const env = wineEnvironment(prefix);
  // Stays until it is told to go: else it ends, with the services that it has started, between two programs.
  await run(WINESERVER, ["-p"], { env });
  return {
    run: (program, args, options) => runProgram(program, args, { ...options, env: { ...env, ...options.env } }),
    close: async () => {
      await run(WINESERVER, ["-k"], { env }).catch(() => undefined);
      await run(WINESERVER, ["-w"], { env });
      rmSync(prefix, { recursive: true });
    },
  };
}

async function makePrefix(prefix) {
  console.log("Making a Wine prefix…");
  const options = { env: wineEnvironment(prefix), stdio: "ignore" };
  await run(WINE, ["wineboot", "--init"], options);
  // A new prefix says Windows 7, on which Node refuses to run.
  await run(WINE, ["reg", "add", "HKCU\\Software\\Wine", "/v", "Version", "/d", "win10", "/f"], options);
  await run(WINESERVER, ["-w"], options);
}

/** System files are never written, so links will do; the registry is. */
async function linkPrefix(prefix) {
  await run("cp", ["-a", "-l", `${TEMPLATE}/.`, prefix]);
  for (const name of readdirSync(prefix).filter((entry) => entry.endsWith(".reg"))) {
    rmSync(join(prefix, name));
    cpSync(join(TEMPLATE, name), join(prefix, name));
  }
}

function wineEnvironment(prefix) {
  return {
    ...process.env,
    WINEPREFIX: prefix,
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "mscoree=;mshtml=;winemenubuilder.exe=",
    DISPLAY: "",
  };
}

/** Its output goes to a file: Node for Windows writes to no pipe of Wine's. */
function runProgram(program, args, { env, output }) {
  const file = openSync(output, "w");
  const child = spawn(WINE, [program, ...args], { env, stdio: ["ignore", file, file] });
  closeSync(file);
  return new Promise((resolve, reject) => {
    let heard = { size: 0, at: Date.now() };
    const watch = setInterval(() => {
      const { size } = statSync(output);
      if (size !== heard.size) heard = { size, at: Date.now() };
      else if (Date.now() - heard.at > SILENCE) child.kill("SIGKILL");
    }, 1000);
    child.once("error", (cause) => {
      clearInterval(watch);
      reject(new Error(`cannot start ${WINE}`, { cause }));
    });
    child.once("close", (code, signal) => {
      clearInterval(watch);
      if (signal === null) resolve(code);
      else reject(new Error(`${program}: ended by ${signal} after ${SILENCE / 1000} s of silence`));
    });
  });
}
