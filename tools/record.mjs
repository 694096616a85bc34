import { bundle } from "./lib/bundle.mjs";
import { ensureBuilt, ensurePrograms, requireRoot } from "./lib/prepare.mjs";
import { main, run, tool } from "./lib/run.mjs";

/** `node tools/record.mjs [SCENARIO…]`: what ip, bridge, nft and conntrack say over netlink, into test/record/bytes. */
await main(async (scenarios) => {
  requireRoot("tools/record.mjs");
  await ensurePrograms({
    strace: "strace",
    ip: "iproute2",
    bridge: "iproute2",
    nft: "nftables",
    conntrack: "conntrack",
  });
  await ensureBuilt();
  await run(process.execPath, [await bundle({ record: "test/record/record.ts" }, "record"), ...scenarios]);
  await tool("@biomejs/biome/bin/biome", ["format", "--write", "test/record/bytes"]);
});
