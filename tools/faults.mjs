import { bundle } from "./lib/bundle.mjs";
import { ensureBuilt, ensurePrograms, requireRoot } from "./lib/prepare.mjs";
import { main, run } from "./lib/run.mjs";

const USAGE = "npm run faults -- [--kills 40] [--seed N] [--firewall nftables|iptables] [--daemon]";

/** `npm run faults`: a process at work on the real kernel is killed again and again; exit status 1 when it shows. */
await main(async (args) => {
  if (args.includes("--help")) return console.log(`usage: ${USAGE}`);
  requireRoot("npm run faults");
  await ensurePrograms({
    ip: "iproute2",
    nft: "nftables",
    "iptables-save": "iptables",
    conntrack: "conntrack",
    dig: "bind9-dnsutils",
  });
  await ensureBuilt();
  const program = await bundle({ faults: "test/faults/faults.ts", operator: "test/faults/operator.ts" }, "faults");
  await run(process.execPath, ["--enable-source-maps", program, ...args]);
});
