/** One network with two families, two sandboxes, and what they got. */
import { createController, memoryStore } from "@cnm/core";
import { linuxPlatform, spawnInNamespace } from "@cnm/linux";
import { finished } from "./support/finished.ts";

await using cnm = await createController({ platform: await linuxPlatform(), store: memoryStore() });
await using web = await cnm.createNetwork({
  name: "web",
  driver: "bridge",
  ipam: { subnets: ["10.71.0.0/24", "fd71::/64"] },
});
await using one = await cnm.createSandbox({ name: "one" });
await using two = await cnm.createSandbox({ name: "two" });

const first = await one.join(web);
const second = await two.join(web, { addresses: ["10.71.0.20"] });
for (const endpoint of [first, second]) {
  const { interfaceName, macAddress, addresses } = await endpoint.info();
  console.log(`${interfaceName} ${macAddress} ${addresses.map(({ address }) => address).join(" ")}`);
}

// Any program can run inside: it sees only the sandbox's interfaces.
const { namespace } = await two.info();
const program = "console.log(Object.keys(require('node:os').networkInterfaces()).join(' '))";
await finished(spawnInNamespace(namespace.path, process.execPath, ["-e", program], { stdio: "inherit" }));
