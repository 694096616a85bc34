/** A network namespace that somebody else made: it is joined and left, and never deleted. */
import { spawn } from "node:child_process";
import { createController, memoryStore } from "@cnm/core";
import { linuxPlatform, spawnInNamespace } from "@cnm/linux";
import { finished, firstOutput } from "./support/finished.ts";

// Any runtime's process will do; this one makes itself a namespace, says so and waits.
const runtime = spawn("unshare", ["--net", process.execPath, "-e", "console.log('ready'); setInterval(() => {}, 1e6)"]);
await firstOutput(runtime);
const path = `/proc/${runtime.pid}/ns/net`;

{
  await using cnm = await createController({ platform: await linuxPlatform(), store: memoryStore() });
  await using web = await cnm.createNetwork({ name: "web", driver: "bridge", ipam: { subnets: ["10.75.0.0/24"] } });
  await using box = await cnm.createSandbox({ name: "foreign", netns: path });
  await box.join(web);
  await show("joined");
}
await show("left");
runtime.kill();

async function show(when: string): Promise<void> {
  const program = `console.log("${when}:", Object.keys(require("node:os").networkInterfaces()).join(" ") || "no address")`;
  await finished(spawnInNamespace(path, process.execPath, ["-e", program], { stdio: "inherit" }));
}
