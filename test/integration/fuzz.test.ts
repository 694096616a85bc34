import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const fuzz = (targets: string, ...options: readonly string[]) => {
  const args = ["tools/fuzz.mjs", "--targets", `test/fuzz/broken/${targets}.ts`, ...options];
  return spawnSync(process.execPath, args, { encoding: "utf8" });
};

const inputOf = (stderr: string): string => /^input: (.*)$/m.exec(stderr)?.[1] ?? "no input";

describe("the fuzzer finds", () => {
  it("crashes, keeps their input, and repeats them", () => {
    const { status, stdout, stderr } = fuzz("crash", "--seconds", "1", "--seed", "5");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^fuzz: seed 5, 1 s$/m);
    expect(stdout).toMatch(/^fuzz: \d+ inputs, 1 targets, 1 crashes, 0 hangs, heap \d+ MB$/m);
    expect(stderr).toContain("crash in fragile: RangeError: too small");
    const input = inputOf(stderr);
    expect(readFileSync(input)[0]).toBeLessThan(25);

    const again = fuzz("crash", "--target", "fragile", "--input", input);
    expect(again.status).toBe(1);
    expect(again.stdout).toMatch(/^fuzz: 1 inputs, 1 targets, 1 crashes, 0 hangs/m);
  });

  it("the same for the same seed", () => {
    const [first, second] = [1, 2].map(() => inputOf(fuzz("crash", "--seconds", "1", "--seed", "6").stderr));
    expect(first).toBe(second);
  });

  it("inputs that never end", () => {
    const { status, stdout, stderr } = fuzz("hang", "--seconds", "5");
    expect(status).toBe(1);
    expect(stdout).toMatch(/ 0 crashes, 1 hangs, /);
    expect([...readFileSync(inputOf(stderr))]).toEqual([7]);
  });

  it("memory that is never given back", () => {
    const { status, stdout, stderr } = fuzz("leak", "--seconds", "60");
    expect(status).toBe(1);
    expect(stdout).toContain("grown beyond bounds");
    expect(stderr).toContain("the heap has grown from");
  });
});
