import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { linuxPlatform } from "@cnm/linux";
import type { Stage } from "../stage.ts";
import { heading, line } from "../words.ts";

export async function removal(stage: Stage): Promise<void> {
  const { cnm, score } = stage;
  heading("Everything goes");
  const refused = await cnm.run("network", "rm", "web");
  const reason = refused.err.includes('name:"web1"') && refused.err.includes('name:"web2"');
  score.check("a network that is in use is not removed; who uses it is named", refused.status === 1 && reason);
  const names = ["web1", "web2", "db1"];
  const pids = await cnm.ask("sandbox", "inspect", "--format", "{{.Process.Pid}}", ...names);
  const [bridge = ""] = await cnm.ask("network", "inspect", "--format", "{{.Id}}", "bridge");
  await cnm.run("sandbox", "rm", "--force", ...names);
  await cnm.run("network", "rm", "web", "db");
  await cnm.run("ps");
  await cnm.run("network", "ls", "--filter", "type=custom");
  const remaining = [
    ...(await cnm.ask("ps", "-q")),
    ...(await cnm.ask("network", "ls", "-q", "--filter", "type=custom")),
  ];
  score.check("no sandbox and no network is listed", remaining.length === 0);
  score.check("their programs have ended", pids.length === 3 && !pids.some(runs));
  await stage.daemon.stop();
  await readBack(stage, bridge);
}

/** One that has ended is still listed until its parent asks after it, which is not us. */
function runs(pid: string): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && !/\) [ZX] /.test(readFileSync(path, "utf8"));
}

/** The daemon has stopped: what bears cnm's mark in the kernel is read with other eyes. */
async function readBack({ host, folder, score }: Stage, bridge: string): Promise<void> {
  line("The daemon stops. What it keeps is its predefined network: the bridge cnm0, as docker0 is Docker's.");
  const links = await host.links();
  score.check(`links on the host: ${links.join(", ")}`, links.join(" ") === "lo uplink cnm0");
  const platform = await linuxPlatform({ netns: host.path, runDir: join(folder, "run") });
  try {
    const marked = await platform.observe();
    const strange = marked.filter(({ owner }) => owner.kind !== "host" && owner.id !== bridge);
    for (const { key } of strange) line(`still there: ${key}`);
    score.check("nothing else in the kernel bears cnm's mark", strange.length === 0);
  } finally {
    await platform.close();
  }
}
