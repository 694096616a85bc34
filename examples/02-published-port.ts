/** A web server in a sandbox, reached through a port of the host, over IPv4 and IPv6. */
import { createController, memoryStore } from "@cnm/core";
import { linuxPlatform, spawnInNamespace } from "@cnm/linux";
import { firstOutput } from "./support/finished.ts";

await using cnm = await createController({ platform: await linuxPlatform(), store: memoryStore() });
await using web = await cnm.createNetwork({
  name: "web",
  driver: "bridge",
  ipam: { subnets: ["10.72.0.0/24", "fd72::/64"] },
});
await using box = await cnm.createSandbox({ name: "server" });
const endpoint = await box.join(web, { ports: ["8072:80/tcp"] });

const program = `require("node:http").createServer((_, answer) => answer.end("hello from a sandbox"))
  .listen(80, () => console.log("listening"))`;
const { namespace } = await box.info();
const server = spawnInNamespace(namespace.path, process.execPath, ["-e", program]);
await firstOutput(server);

for (const { hostAddress, hostPort, targetPort } of (await endpoint.info()).ports) {
  console.log(`${hostAddress} port ${hostPort} -> port ${targetPort}`);
}
for (const host of ["127.0.0.1", "[::1]"]) {
  const answer = await fetch(`http://${host}:8072/`);
  console.log(`${host}: ${await answer.text()}`);
}
server.kill();
