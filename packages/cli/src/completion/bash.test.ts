import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { TREE } from "../program/tree.ts";
import { bashScript } from "./bash.ts";

const folder = mkdtempSync(join(tmpdir(), "cnm-completion-"));
const script = join(folder, "cnm.bash");
const cnm = join(folder, "cnm");
writeFileSync(script, bashScript(TREE));
writeFileSync(
  cnm,
  '#!/bin/sh\ncase "$*" in\n  "__complete network") printf "web\\nworld\\ndb\\n" ;;\n  "__complete sandbox") printf "web1\\nbox\\n" ;;\n  "__complete service") printf "shop\\n" ;;\nesac\n',
);
chmodSync(cnm, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

it("is a script that bash understands", () => {
  expect(execFileSync("bash", ["-n", script], { encoding: "utf8" })).toBe("");
});

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash's
const DRIVE = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cnm; IFS=:; echo "${COMPREPLY[*]}"';

/** What bash would offer with the cursor at the end of the last word. */
const offers = (...words: readonly string[]): readonly string[] =>
  execFileSync("bash", ["-c", DRIVE, "bash", script, cnm, ...words], { encoding: "utf8", cwd: folder })
    .trimEnd()
    .split(":")
    .filter((word) => word !== "");

it.each([
  [["net"], ["network"]],
  [
    ["network", "c"],
    ["create", "connect"],
  ],
  [
    ["network", "create", "--ip"],
    ["--ip-range", "--ipv4", "--ipv6", "--ipam-driver", "--ipam-opt"],
  ],
  [
    ["network", "rm", "w"],
    ["web", "world"],
  ],
  [["network", "remove", "web", "d"], ["db"]],
  [["network", "connect", "we"], ["web"]],
  [["service", "ps", "s"], ["shop"]],
  [
    ["service", "create", "--network", "w"],
    ["web", "world"],
  ],
  [["run", "--service", ""], ["shop"]],
  [
    ["network", "connect", "web", ""],
    ["web1", "box"],
  ],
  [["network", "connect", "--ip", "10.7.0.9", "web", "b"], ["box"]],
  [
    ["run", "--network", "w"],
    ["web", "world"],
  ],
  [
    ["daemon", "--firewall", "n"],
    ["nftables", "none"],
  ],
  [["daemon", "--state", ""], []],
  [
    ["completion", ""],
    ["bash", "zsh", "fish"],
  ],
  [["network", "create", ""], []],
  [["-H", "unix:///x", "sandbox", "i"], ["inspect"]],
  [["sandbox", "create", "--netns", "cnm.b"], ["cnm.bash"]],
])("offers after %j: %j", (words, offered) => {
  expect(offers(...words)).toEqual(offered);
});

it("offers no hidden command", () => {
  expect(offers("")).toContain("network");
  expect(offers("__")).toEqual([]);
});
