import { createController, memoryStore } from "@cnm/core";
import { linuxPlatform } from "@cnm/linux";
import { enterFreshHost, run } from "../support/host.ts";

const host = enterFreshHost();
host.makeNeighbour();
const cnm = await createController({ platform: await linuxPlatform({ runDir: host.runDir }), store: memoryStore() });
await cnm.createNetwork({ name: "n", ipam: { subnets: ["10.7.0.0/24", "fd07::/64"] } });
await cnm.createService({
  name: "web",
  networks: ["n"],
  ports: [
    { published: 8080, target: 80 },
    { published: 53, target: 53, protocol: "udp" },
  ],
  scheduler: "mh",
});
await cnm.createService({ name: "none", networks: ["n"], ports: [{ published: 81, target: 80 }] });
const box = await cnm.createSandbox({ name: "a" });
const box2 = await cnm.createSandbox({ name: "b" });
await box.join("n", { service: "web" });
await box2.join("n", { service: "web", weight: 2 });
const { namespace } = await box.info();
console.log(run("nft", ["-j", "list", "table", "inet", "cnm-services"], host.openNamespace(namespace.path)));
console.log("HOST", run("nft", ["list", "table", "inet", "cnm-services"]).slice(0, 6000));
console.log(JSON.stringify(await cnm.doctor()));
for (const s of await cnm.services()) await s.remove();
for (const s of await cnm.sandboxes()) await s.remove();
for (const s of await cnm.networks()) await s.remove();
await cnm.close();
host.close();
