import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { patience } from "../support/slowness.ts";
import { debianKernel } from "../vm/debian-kernel.ts";
import { runGuest } from "../vm/run-guest.ts";

const folder = fileURLToPath(new URL("../vm/guest", import.meta.url));
const ENOUGH = 600;
const kernel = debianKernel();

const machine = (secondStage: string, { quiet = ENOUGH, onBoot = () => {} } = {}) =>
  runGuest({
    kernel,
    folder,
    secondStage: join("faulty", secondStage),
    request: {},
    quiet,
    limit: ENOUGH,
    onOutput: () => {},
    onBoot,
  });

describe("a machine that tells no result has failed", { timeout: patience(ENOUGH * 1_000) }, () => {
  it("when its kernel panics", async () => {
    await expect(machine("panic")).rejects.toThrow(/went off without a result[\s\S]*Kernel panic/);
  });

  it("when it goes off in good order", async () => {
    await expect(machine("quit")).rejects.toThrow("the machine went off without a result");
  });

  it("when it hangs", async () => {
    await expect(machine("hang", { quiet: 20 })).rejects.toThrow("the machine hangs: not a word for 20 s");
  });

  it("when QEMU dies", async () => {
    await expect(machine("hang", { onBoot: killChildren })).rejects.toThrow("QEMU ended with SIGKILL");
  });
});

/** There is one: QEMU. */
function killChildren(): void {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ");
  for (const pid of children) process.kill(Number(pid), "SIGKILL");
}
