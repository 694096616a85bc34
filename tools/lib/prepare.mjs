import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { buildPackages } from "./build-packages.mjs";
import { npm, root, run } from "./run.mjs";

/** The npm packages of the lock file, installed unless they are. */
export async function ensureInstalled() {
  const marker = join(root, "node_modules/.cnm-lock");
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(marker) && readFileSync(marker, "utf8") === lock) return;
  console.log("Installing npm packages…");
  // Not `npm ci`: it refuses a lock file that lacks optional builds for systems which a registry mirror does not carry.
  await npm(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(marker, lock);
}

/** The packages' JavaScript, built unless it is newer than every source. */
export async function ensureBuilt() {
  await ensureInstalled();
  const marker = join(root, "node_modules/.cnm-built");
  const newest = Math.max(
    ...["packages/core", "packages/linux", "packages/windows", "packages/daemon", "packages/cli"].flatMap((room) =>
      sourceTimes(join(root, room, "src")),
    ),
  );
  if (existsSync(marker) && statSync(marker).mtimeMs > newest) return;
  console.log("Building…");
  await buildPackages();
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(marker, "");
}

function sourceTimes(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
}

/**
 * Programs that witnesses and peers are, from Debian's packages.
 * @param {Readonly<Record<string, string>>} wanted program → package
 */
export async function ensurePrograms(wanted) {
  const missing = Object.entries(wanted).filter(([program]) => !onPath(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))];
  console.log(`Installing Debian packages: ${packages.join(" ")}…`);
  const quiet = { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update", "-q"], quiet);
  await run("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...packages], quiet);
}

export function onPath(program) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => existsSync(join(folder, program)));
}

/** Namespaces and netlink need it; said before anything fails half-way. */
export function requireRoot(what) {
  if (process.getuid?.() !== 0) throw new Error(`${what} makes network namespaces: run it as root`);
}
