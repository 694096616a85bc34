/** One sandbox on two networks: which one carries the default route, and what happens when that one goes. */
import { createController, memoryStore, type SandboxHandle } from "@cnm/core";
import { linuxPlatform } from "@cnm/linux";

await using cnm = await createController({ platform: await linuxPlatform(), store: memoryStore() });
await using front = await cnm.createNetwork({ name: "front", driver: "bridge", ipam: { subnets: ["10.73.0.0/24"] } });
await using back = await cnm.createNetwork({ name: "back", driver: "bridge", ipam: { subnets: ["10.74.0.0/24"] } });
await using box = await cnm.createSandbox({ name: "both" });

await box.join(back, { interfaceName: "back0" });
console.log(`one network:   ${await wayOut(box)}`);
const preferred = await box.join(front, { interfaceName: "front0", gatewayPriority: 10 });
console.log(`a higher one:  ${await wayOut(box)}`);
await preferred.leave();
console.log(`it left again: ${await wayOut(box)}`);

async function wayOut(sandbox: SandboxHandle): Promise<string> {
  for (const endpoint of await sandbox.endpoints()) {
    const { gateway, interfaceName } = await endpoint.info();
    if (gateway.ipv4) return `the default route goes through ${interfaceName}`;
  }
  return "there is no default route";
}
