import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const faults = (...options: readonly string[]) =>
  spawnSync(process.execPath, ["tools/faults.mjs", ...options], { encoding: "utf8", timeout: 60_000 });

describe("killing a process at work", { timeout: 60_000 }, () => {
  it.each([
    ["the library", "nftables", []],
    ["the library", "iptables", []],
    ["the daemon", "nftables", ["--daemon"]],
  ])("leaves nothing that the next start does not mend: %s, with %s", (_, firewall, which) => {
    const { status, stdout, stderr } = faults("--kills", "2", "--seed", "7", "--firewall", firewall, ...which);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/\nsurvived 2 of 2 kills \(seed 7\)\n$/);
    expect(status).toBe(0);
  });

  it.each([
    ["the library", []],
    ["the daemon", ["--daemon"]],
  ])("is noticed when it does, with evidence: %s", (_, which) => {
    const { status, stdout, stderr } = faults("--kills", "9", "--seed", "7", "--sabotage", ...which);
    expect(status).toBe(1);
    expect(stdout).toMatch(/\nsurvived [0-8] of 9 kills \(seed 7\)\n$/);
    expect(stderr).toMatch(/^(links of the host: veth[0-9a-f]{7}|virtual ports of the host: \S+ \w+ \d+) is missing/m);
    const folder = /^kept: (.*)$/m.exec(stderr)?.[1] ?? "nowhere";
    expect(readFileSync(join(folder, "evidence.txt"), "utf8")).toContain("Journal since the last check:");
    rmSync(folder, { recursive: true });
  });
});
