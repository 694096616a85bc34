import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Kernel } from "./debian-kernel.ts";

/** Everything between the kernel and the host's files. */
const MODULES = ["virtio_pci", "virtio_console", "9p", "9pnet_virtio", "overlay"];

export interface InitramfsContent {
  readonly kernel: Kernel;
  /** Run as the first process. */
  readonly init: string;
  /** What else lies in "/": name → text. */
  readonly files: Readonly<Record<string, string>>;
}

/** Builds the small root file system that a kernel starts with: busybox, modules in the order to load them, and an init. */
export function makeInitramfs(content: InitramfsContent, scratch: string): string {
  const tree = join(scratch, "initramfs");
  for (const folder of ["bin", "modules", "proc", "sys", "dev", "lower", "upper", "root"])
    mkdirSync(join(tree, folder), { recursive: true });
  copyFileSync("/bin/busybox", join(tree, "bin/busybox"));
  copyFileSync(content.init, join(tree, "init"));
  chmodSync(join(tree, "init"), 0o755);
  for (const [name, text] of Object.entries(content.files)) writeFileSync(join(tree, name), text);

  const modules = loadOrder(content.kernel);
  for (const path of modules) copyFileSync(path, join(tree, "modules", basename(path)));
  writeFileSync(join(tree, "modules/order"), modules.map((path) => `${basename(path)}\n`).join(""));

  const archive = join(scratch, "initramfs.cpio");
  const names = run("find", [".", "-mindepth", "1"], tree);
  writeFileSync(archive, run("busybox", ["cpio", "-o", "-H", "newc"], tree, names));
  return archive;
}

/** Paths of the modules and of what they need, each after what it needs. */
function loadOrder({ version, folder }: Kernel): readonly string[] {
  const lines = MODULES.flatMap((name) =>
    String(run("modprobe", ["--show-depends", "-d", folder, "-S", version, name])).split("\n"),
  );
  const paths = lines.flatMap((line) => /^insmod (\S+)/.exec(line)?.[1] ?? []);
  return [...new Set(paths)];
}

function run(program: string, args: readonly string[], cwd?: string, input?: Buffer): Buffer {
  return execFileSync(program, args, {
    cwd,
    maxBuffer: 256 << 20,
    stdio: ["pipe", "pipe", "pipe"],
    ...(input && { input }),
  });
}
