/** A published port, from all sides: from the host, from a sibling, and by nobody else. README.md says what to look at. */
import { createController, memoryStore } from "@cnm/core";
import { linuxPlatform, spawnInNamespace } from "@cnm/linux";
import { firstOutput } from "../support/finished.ts";
import { quietly } from "../support/shown.ts";

await using cnm = await createController({ platform: await linuxPlatform(), store: memoryStore() });
await using web = await cnm.createNetwork({ name: "web", ipam: { subnets: ["10.83.0.0/24"] } });
await using away = await cnm.createNetwork({ name: "away", ipam: { subnets: ["10.84.0.0/24"] } });
await using server = await cnm.createSandbox({ name: "server" });
await using sibling = await cnm.createSandbox({ name: "sibling" });
await using stranger = await cnm.createSandbox({ name: "stranger" });

const endpoint = await server.join(web, { ports: ["8083:80/tcp"] });
await sibling.join(web);
await stranger.join(away);
const own = (await endpoint.info()).addresses[0]?.address.replace(/\/.*/, "") ?? "";
const gateway = "10.83.0.1";

const program = `require("node:http").createServer((request, answer) => answer.end(request.socket.remoteAddress))
  .listen(80, () => console.log("listening"))`;
const running = spawnInNamespace((await server.info()).namespace.path, process.execPath, ["-e", program]);
await firstOutput(running);

/** Who the server takes its client for; "no answer" within four seconds. */
async function ask(from: string | undefined, address: string): Promise<string> {
  const client = `fetch("http://${address}/", { signal: AbortSignal.timeout(4000) })
    .then((answer) => answer.text()).then(console.log, () => console.log("no answer"))`;
  const words = [process.execPath, "-e", client] as const;
  if (from === undefined) return (await fetch(`http://${address}/`)).text();
  const child = spawnInNamespace(from, words[0], words.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  for await (const piece of child.stdout ?? []) said += String(piece);
  return said.trim().replace("::ffff:", "");
}
const place = async (sandbox: typeof sibling) => (await sandbox.info()).namespace.path;

console.log(`the host, by 127.0.0.1:8083:         ${(await ask(undefined, "127.0.0.1:8083")).replace("::ffff:", "")}`);
console.log(`a sibling, by the server's address:  ${await ask(await place(sibling), `${own}:80`)}`);
console.log(`a sibling, by the published port:    ${await ask(await place(sibling), `${gateway}:8083`)}`);
console.log(`another network, by the address:     ${await ask(await place(stranger), `${own}:80`)}`);
console.log(`another network, by the port:        ${await ask(await place(stranger), `10.84.0.1:8083`)}`);
console.log("all that the port is, in nf_tables:");
for (const line of quietly("nft list table inet cnm").split("\n")) if (line.includes("8083")) console.log(line.trim());
running.kill();
