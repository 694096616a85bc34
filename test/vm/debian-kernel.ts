import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

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

/** Debian's kernel as its package has it, never installed: downloaded and unpacked once, then kept outside the checkout. */
export function debianKernel(): Kernel {
  const name = realPackage();
  const version = name.replace("linux-image-", "");
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "cnm", "kernels");
  const folder = join(cache, `${name}_${candidate(name)}`);
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    console.log(`Downloading ${name}…`);
    fetchInto(folder, name, version, mkdtempSync(join(cache, ".unpacking-")));
  }
  return { version, folder, image: join(folder, "boot", `vmlinuz-${version}`) };
}

function realPackage(): string {
  const text = run("apt-cache", ["depends", "--important", META_PACKAGE]);
  const name = /Depends: (linux-image-\S+)/.exec(text)?.[1];
  if (name === undefined) throw new Error(`apt-cache names no kernel for ${META_PACKAGE}: it says "${text.trim()}"`);
  return name;
}

function candidate(name: string): string {
  const version = /Candidate: (\S+)/.exec(run("apt-cache", ["policy", name]))?.[1];
  if (version === undefined) throw new Error(`apt has no version of ${name}: run apt-get update`);
  return version;
}

/** There all at once, so that an interrupted download leaves nothing that looks like a kernel. */
function fetchInto(folder: string, name: string, version: string, scratch: string): void {
  try {
    // As root throughout: apt's own user may not write here.
    run("apt-get", ["download", "-q", "-o", "APT::Sandbox::User=root", name], scratch);
    const [file] = readdirSync(scratch);
    if (file === undefined) throw new Error(`apt-get download ${name} brought no file`);
    const unpacked = join(scratch, "unpacked");
    run("dpkg-deb", ["-x", join(scratch, file), unpacked]);
    run("depmod", ["-b", unpacked, version]);
    renameSync(unpacked, folder);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function run(program: string, args: readonly string[], cwd?: string): string {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], cwd });
}
