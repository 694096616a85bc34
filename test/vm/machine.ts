import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Kernel } from "./debian-kernel.ts";
import { type GuestEvent, parseGuestEvent } from "./guest-event.ts";
import { listenForOne } from "./listen-for-one.ts";
import { Watchdog } from "./watchdog.ts";

export interface MachineSpec {
  readonly kernel: Kernel;
  readonly initramfs: string;
  /** For sockets and logs. */
  readonly scratch: string;
  /** Seconds without a word, and in all, after which it is ended. */
  readonly quiet: number;
  readonly limit: number;
  readonly onOutput: (chunk: Buffer) => void;
  readonly onEvent: (event: GuestEvent) => void;
}

/**
 * What the kernel is told: an oops ends the machine as a panic does, so does a processor that has been stuck for twice a minute,
 * and a panic ends QEMU. Guards against faulty processors cost time, and protect nothing here.
 */
const KERNEL_ARGUMENTS =
  "console=ttyS0 loglevel=5 oops=panic softlockup_panic=1 watchdog_thresh=60 panic=-1 mitigations=off nokaslr random.trust_cpu=on";

/** Without wide vectors, which are slow to emulate: V8 and libc would choose them. A third less time for a run of vitest. */
const PROCESSOR = "max,-avx,-avx2,-bmi1,-bmi2";

/** Runs the machine to its end. Throws when that was not an orderly one: QEMU failed, or nothing was heard for too long. */
export async function runMachine(spec: MachineSpec): Promise<void> {
  const watchdog = new Watchdog(spec.quiet, spec.limit);
  await using output = await listenForOne(join(spec.scratch, "output"), (connection) => {
    connection.on("data", (chunk) => {
      watchdog.heard();
      spec.onOutput(chunk);
    });
  });
  await using results = await listenForOne(join(spec.scratch, "results"), (connection) => {
    createInterface(connection).on("line", (line) => {
      watchdog.heard();
      spec.onEvent(parseGuestEvent(line));
    });
  });
  const args = qemuArguments(spec, { output: output.path, results: results.path });
  const qemu = spawn("qemu-system-x86_64", args, { stdio: ["ignore", "inherit", "inherit"] });
  try {
    await Promise.race([ended(qemu), watchdog.expired]);
    // What it said last may still be on its way.
    await Promise.all([output.ended, results.ended]);
  } finally {
    watchdog.close();
    await kill(qemu);
  }
}

/** Where the kernel's own words are. */
export const consoleLog = (scratch: string): string => join(scratch, "console.log");

interface Ports {
  readonly output: string;
  readonly results: string;
}

function qemuArguments({ kernel, initramfs, scratch }: MachineSpec, ports: Ports): readonly string[] {
  return [
    // KVM is not there on most machines that run this, and hangs on some that seem to have it.
    ...["-accel", "tcg,thread=multi,tb-size=512", "-machine", "q35", "-cpu", PROCESSOR, "-smp", "2", "-m", "4096"],
    ...["-kernel", kernel.image, "-initrd", initramfs, "-append", KERNEL_ARGUMENTS],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-nic", "none"],
    // First, as the guest finds its ports by their numbers.
    ...["-device", "virtio-serial"],
    ...["-chardev", `socket,id=output,path=${ports.output}`, "-device", "virtserialport,chardev=output,nr=1"],
    ...["-chardev", `socket,id=results,path=${ports.results}`, "-device", "virtserialport,chardev=results,nr=2"],
    ...["-serial", `file:${consoleLog(scratch)}`],
    ...["-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"],
  ];
}

async function ended(qemu: ChildProcess): Promise<void> {
  // An error event rejects.
  const [code, signal] = (await once(qemu, "close")) as [number | null, NodeJS.Signals | null];
  if (code !== 0) throw new Error(`QEMU ended with ${signal ?? `exit status ${code}`}`);
}

async function kill(qemu: ChildProcess): Promise<void> {
  if (qemu.pid === undefined || qemu.exitCode !== null || qemu.signalCode !== null) return;
  qemu.kill("SIGKILL");
  await once(qemu, "exit");
}
