import { createInterface } from "node:readline";
import { createController, openStore } from "@cnm/core";
import { linuxPlatform } from "@cnm/linux";

/** A controller that makes a network for each line, which is its spec, and lives until it is killed. */
const [runDir = "", state = ""] = process.argv.slice(2);

const cnm = await createController({
  platform: await linuxPlatform({ runDir, firewall: "none" }),
  store: await openStore(state),
});
console.log("ready");
for await (const line of createInterface(process.stdin)) {
  const network = await cnm.createNetwork(JSON.parse(line));
  console.log(network.name);
}
