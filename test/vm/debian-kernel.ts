import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { decompressKernel } from "./decompress-kernel.ts";

export interface Kernel {
  /** "6.1.0-56-amd64" */
  readonly version: string;
  /** What of the package lies under "/". */
  readonly folder: string;
  /** The bootable file. */
  readonly image: string;
}

/** Names no kernel, but depends on the one that Debian would install. */
const META_PACKAGE = "linux-image-amd64";
const PREFIX = "linux-image-";

/** Made of what the package has. */
const IMAGE = "image";

const CACHE = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "cnm", "kernels");

/**
 * Debian's kernel as its package has it, never installed: downloaded and unpacked once, then kept outside the checkout. It is
 * the one that apt's lists name; they are renewed when that is not there yet.
 */
export function debianKernel(): Kernel {
  const known = listed();
  if (known !== undefined && existsSync(known.folder)) return known;
  run("apt-get", ["update", "-q"]);
  const newest = listed();
  if (newest === undefined) throw new Error(`apt has no ${META_PACKAGE}: is this Debian, on an amd64 machine?`);
  if (!existsSync(newest.folder)) {
    mkdirSync(CACHE, { recursive: true });
    console.log(`Downloading ${PREFIX}${newest.version}…`);
    fetchInto(newest, mkdtempSync(join(CACHE, ".unpacking-")));
  }
  return newest;
}

/** Undefined while apt's lists name none. */
function listed(): Kernel | undefined {
  const name = /Depends: (linux-image-\S+)/.exec(ask(["depends", "--important", META_PACKAGE]))?.[1];
  if (name === undefined) return undefined;
  const candidate = /Candidate: (\S+)/.exec(ask(["policy", name]))?.[1];
  if (candidate === undefined) return undefined;
  const version = name.slice(PREFIX.length);
  const folder = join(CACHE, `${name}_${candidate}`);
  return { version, folder, image: join(folder, IMAGE) };
}

/** What apt-cache says; nothing about packages that its lists do not have. */
function ask(args: readonly string[]): string {
  return spawnSync("apt-cache", args, { encoding: "utf8" }).stdout;
}

/** There all at once, so that an interrupted download leaves nothing that looks like a kernel. */
function fetchInto({ version, folder }: Kernel, scratch: string): void {
  const name = `${PREFIX}${version}`;
  try {
    // As root throughout: apt's own user may not write here.
    run("apt-get", ["download", "-q", "-o", "APT::Sandbox::User=root", name], scratch);
    const [file] = readdirSync(scratch);
    if (file === undefined) throw new Error(`apt-get download ${name} brought no file`);
    const unpacked = join(scratch, "unpacked");
    run("dpkg-deb", ["-x", join(scratch, file), unpacked]);
    run("depmod", ["-b", unpacked, version]);
    const image = join(unpacked, "boot", `vmlinuz-${version}`);
    const started = join(unpacked, IMAGE);
    if (!decompressKernel(image, started)) copyFileSync(image, started);
    renameSync(unpacked, folder);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function run(program: string, args: readonly string[], cwd?: string): string {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], cwd });
}
