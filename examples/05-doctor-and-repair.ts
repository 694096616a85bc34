/** Drift: something of ours is changed from outside. The doctor names it, repair() heals it. */
import { createController, memoryStore } from "@cnm/core";
import { linuxPlatform } from "@cnm/linux";
import { removeLink } from "./support/remove-link.ts";

await using cnm = await createController({ platform: await linuxPlatform(), store: memoryStore() });
cnm.on("drift", ({ detail }) => console.log(`the kernel says: ${detail}`));
await using web = await cnm.createNetwork({ name: "web", driver: "bridge", ipam: { subnets: ["10.76.0.0/24"] } });
await using box = await cnm.createSandbox({ name: "patient" });
const endpoint = await box.join(web, { ports: ["8076:80/tcp"] });

console.log(`healthy: ${(await cnm.doctor()).length} findings`);
await removeLink(`veth${endpoint.id.slice(0, 7)}`);
for (const { type, message } of await cnm.doctor()) console.log(`${type}: ${message}`);

await cnm.repair();
console.log(`repaired: ${(await cnm.doctor()).length} findings`);
