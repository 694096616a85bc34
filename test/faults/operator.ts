import { createController, openStore } from "@cnm/core";
import { linuxPlatform } from "@cnm/linux";
import { randomOperation } from "./random-operation.ts";
import { seededRandom } from "./seeded-random.ts";

/**
 * The process that gets killed: opens the state, says so, and then does random operations, three at a time, until it dies.
 * An operation may be refused (a port is taken, a network is in use); anything that is no refusal ends the process with 3.
 */
const [stateDir, runDir, netns, seed] = process.argv.slice(2);
if (stateDir === undefined || runDir === undefined || netns === undefined || seed === undefined) {
  throw new Error("usage: operator STATE RUN NETNS SEED");
}

const random = seededRandom(Number(seed));
const platform = await linuxPlatform({ runDir, netns, firewall: "nftables" });
const controller = await createController({ platform, store: await openStore(stateDir) });
process.send?.("ready");

async function operate(): Promise<never> {
  for (;;) await randomOperation(controller, random);
}

await Promise.all([operate(), operate(), operate()]).catch((error: unknown) => {
  console.error(error);
  process.exit(3);
});
