import { crash } from "./chapters/crash.ts";
import { names } from "./chapters/names.ts";
import { networks } from "./chapters/networks.ts";
import { ports } from "./chapters/ports.ts";
import { reach } from "./chapters/reach.ts";
import { removal } from "./chapters/removal.ts";
import { repair } from "./chapters/repair.ts";
import { DemoHost } from "./demo-host.ts";
import { Score } from "./score.ts";
import { Stage } from "./stage.ts";
import { heading, line, prompt } from "./words.ts";

/**
 * The main job, done by the `cnm` command: networks, sandboxes, traffic, faults and their repair, and nothing left. It plays
 * in network namespaces of its own: one is the host, one is a neighbour on the host's uplink. Your machine's network is not touched.
 */
const PORT = 8080;
const [script = ""] = process.argv.slice(2);
const score = new Score();
const interrupt = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => interrupt.abort(new Error(name)));
const stage = await Stage.open(script, score, interrupt.signal);
const before = DemoHost.snapshot(stage.folder, PORT);
try {
  await play();
} catch (error) {
  score.check(`played to the end: ${error instanceof Error ? error.message : error}`, false);
}
await stage.close();

const remains = DemoHost.snapshot(stage.folder, PORT).filter(
  (entry) => !before.includes(entry) || entry.includes(stage.folder),
);
score.check(
  "no link, namespace, listening socket, process or file of the demo is on this machine",
  remains.length === 0,
);
console.log(`\n${score.summary()}`);
console.log(`Left on the host: ${remains.length === 0 ? "nothing" : remains.join(", ")}`);
process.exitCode = score.failed === 0 ? 0 : 1;

async function play(): Promise<void> {
  heading("A host and its neighbour");
  line(
    `Two network namespaces: "host" with uplink ${stage.host.uplink.join(", ")}, and a "neighbour" that routes to it.`,
  );
  line("Every command below is run on that host. page.mjs, fetch.mjs and ping.mjs are small programs, for a host may");
  line("have nothing but Node: they serve a page, fetch one, and ping.");
  prompt(`export CNM_HOST=unix://${stage.folder}/cnm/cnm.sock`);
  await stage.daemon.start();
  for (const chapter of [networks, reach, names, ports, repair, crash, removal]) await chapter(stage);
}
