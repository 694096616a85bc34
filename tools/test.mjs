import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostSnapshot, leaks } from "./lib/host-snapshot.mjs";
import { ensureBuilt, ensurePrograms, requireRoot } from "./lib/prepare.mjs";
import { main, tool } from "./lib/run.mjs";

/** The witnesses: other people's programs, which tell what the kernel really has. */
const WITNESSES = {
  ip: "iproute2",
  nft: "nftables",
  "iptables-save": "iptables",
  conntrack: "conntrack",
  tcpdump: "tcpdump",
  ping: "iputils-ping",
  curl: "curl",
  strace: "strace",
  docker: "docker.io",
  dockerd: "docker.io",
  busybox: "busybox-static",
  openssl: "openssl",
  "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64",
  dig: "bind9-dnsutils",
  dnsmasq: "dnsmasq-base",
};

/** `npm test [-- FILTER…]`: every test, then the leak check. */
await main(async (filters) => {
  requireRoot("npm test");
  await ensurePrograms(WITNESSES);
  await ensureBuilt();
  const before = hostSnapshot();
  const results = join(mkdtempSync(join(tmpdir(), "results-")), "results.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
  const failure = await tool("vitest/vitest.mjs", ["run", ...reporters, ...filters]).then(
    () => undefined,
    (error) => error,
  );
  const counts = JSON.parse(readFileSync(results, "utf8"));
  rmSync(join(results, ".."), { recursive: true });

  const leaked = leaks(before, hostSnapshot());
  for (const leak of leaked) console.error(`left behind: ${leak}`);
  console.log(leaked.length === 0 ? "leak check: nothing is left" : `leak check: ${leaked.length} left behind`);

  // A test that did not run has not passed.
  const failed = counts.numFailedTests + counts.numPendingTests + counts.numTodoTests + leaked.length;
  console.log(`${counts.numPassedTests} passed, ${failed} failed`);
  if (failure !== undefined || failed > 0 || counts.numPassedTests === 0)
    throw failure ?? new Error("npm test: failed");
});
