import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Where tests are that need a kernel. */
const FOLDERS = ["test/kernel", "test/integration"] as const;

/** What `--suite` takes: parts of paths. */
const SUITES: Readonly<Record<string, readonly string[]>> = {
  /** Whatever needs a kernel feature. */
  kernel: ["test/kernel/"],
  /** All that bridge networks promise, and what they are made of. */
  bridge: [
    ...["bridge-nftables", "bridge-iptables", "segments", "firewall-traffic", "drift", "hazards", "host-claim"],
    ...[
      "integration/nftables",
      "integration/iptables",
      "conntrack",
      "stack",
      "route",
      "sandbox",
      "namespace",
      "sockets",
    ],
  ],
  /** As much as there is time for whenever something changes. */
  ci: ["test/kernel/", "bridge-nftables", "bridge-iptables", "conntrack"],
};

/**
 * The test files whose paths contain one of the parts, relative to the checkout. Throws for a part that fits none: nothing is
 * left out unnoticed.
 */
export function chooseTests(checkout: string, parts: readonly string[]): readonly string[] {
  const files = FOLDERS.flatMap((folder) => testFiles(checkout, folder));
  const unknown = parts.filter((part) => !files.some((file) => file.includes(part)));
  if (unknown.length > 0)
    throw new Error(`no test file in ${FOLDERS.join(" or ")} has "${unknown.join('" or "')}" in its path`);
  return files.filter((file) => parts.some((part) => file.includes(part)));
}

/** The parts that a suite is made of. Throws for a suite that there is not. */
export function suite(name: string): readonly string[] {
  const parts = SUITES[name];
  if (parts === undefined) throw new Error(`there is no suite "${name}": ${Object.keys(SUITES).join(", ")}`);
  return parts;
}

function testFiles(checkout: string, folder: string): readonly string[] {
  return readdirSync(join(checkout, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `${folder}/${name}`)
    .sort();
}
