/** The same on Linux and on Windows: a network, a sandbox, a published port, and what there is of them. */
import { createController, memoryStore } from "@cnm/core";
import { openPlatform } from "./support/open-platform.ts";

const cnm = await createController({ platform: await openPlatform(), store: memoryStore() });
// No driver is named: it is bridge on Linux, and nat on Windows.
const web = await cnm.createNetwork({ name: "web", ipam: { subnets: ["10.76.0.0/24"] } });
const box = await cnm.createSandbox({ name: "server" });
const endpoint = await box.join(web, { ports: ["18076:80/tcp"] });

for (const network of await cnm.networks()) {
  const { name, driver, ipam } = await network.info();
  console.log(`network ${name}: ${driver}, ${ipam.pools.map(({ subnet }) => subnet).join(" ")}`);
}
for (const sandbox of await cnm.sandboxes()) {
  const [first] = await sandbox.endpoints();
  const { addresses, ports = [] } = (await first?.info()) ?? { addresses: [] };
  const published = ports.map(({ hostAddress, hostPort, targetPort }) => `${hostAddress}:${hostPort} -> ${targetPort}`);
  console.log(`sandbox ${sandbox.name}: ${addresses.map(({ address }) => address).join(" ")}, ${published.join(", ")}`);
}
console.log(`${(await cnm.doctor()).filter(({ type }) => type !== "hazard").length} differences`);

await endpoint.leave();
await box.remove();
await web.remove();
console.log(`${(await cnm.networks()).length} networks, ${(await cnm.sandboxes()).length} sandboxes`);
await cnm.close();
