import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createController, openStore } from "@cnm/core";
import { linuxPlatform } from "@cnm/linux";
import { AgentProcess } from "./agent-process.ts";
import { DemoHost } from "./demo-host.ts";
import { heading, line, Score, topology } from "./words.ts";

/**
 * The main job, for real: networks, sandboxes, traffic, a fault and its repair, and nothing left. It plays in network
 * namespaces of its own: one is the host, one is a neighbour on the host's uplink. Your machine's network is not touched.
 */
const score = new Score();
const PORT = 8080;
const folder = mkdtempSync(join(tmpdir(), "cnm-demo-"));
const before = DemoHost.snapshot(folder, PORT);
const host = await DemoHost.create(join(folder, "netns"));

heading("A host and its neighbour");
line(`Two network namespaces: "host" with uplink ${host.uplink.join(", ")}, and a "neighbour" that routes to it.`);
const platform = await linuxPlatform({ netns: host.path, runDir: join(folder, "run") });
const cnm = await createController({ platform, store: await openStore(join(folder, "state")) });

heading("Two networks, three sandboxes");
const web = await cnm.createNetwork({ name: "web", driver: "bridge", ipam: { subnets: ["10.7.0.0/24", "fd07::/64"] } });
const db = await cnm.createNetwork({ name: "db", driver: "bridge", ipam: { subnets: ["10.8.0.0/24", "fd08::/64"] } });
const web1 = await cnm.createSandbox({ name: "web1" });
const web2 = await cnm.createSandbox({ name: "web2" });
const db1 = await cnm.createSandbox({ name: "db1" });
const start = performance.now();
const published = await web1.join(web, { aliases: ["www"], ports: ["8080:80/tcp"] });
await web2.join(web);
await db1.join(db);
line(`Three joins, one with a published port: ${(performance.now() - start).toFixed(1)} ms.`);
console.log(await topology(await cnm.networks(), await cnm.sandboxes()));

const agents = {
  host: new AgentProcess(host.namespace),
  neighbour: new AgentProcess(host.neighbour),
  web1: new AgentProcess(host.open((await web1.info()).namespace.path)),
  web2: new AgentProcess(host.open((await web2.info()).namespace.path)),
  db1: new AgentProcess(host.open((await db1.info()).namespace.path)),
};

heading("Who reaches whom");
const [web1v4, web1v6] = (await published.info()).addresses.map(({ address }) => address.split("/")[0] ?? "");
if (web1v4 === undefined || web1v6 === undefined) throw new Error("web1 has not got two addresses");
await score.expect("web2 pings web1 over IPv4", true, (patience) => agents.web2.ping(web1v4, patience));
await score.expect("web2 pings web1 over IPv6", true, (patience) => agents.web2.ping(web1v6, patience));
await score.expect("db1 pings web1: other network, so no", false, (patience) => agents.db1.ping(web1v4, patience));
await score.expect("db1 pings web1 over IPv6: no", false, (patience) => agents.db1.ping(web1v6, patience));
await score.expect("db1 pings the neighbour through the host (masquerade)", true, (patience) =>
  agents.db1.ping("192.0.2.2", patience),
);
await score.expect("the neighbour pings web1's own address: not published, so no", false, (patience) =>
  agents.neighbour.ping(web1v4, patience),
);

heading("A published port: host port 8080 is web1's port 80");
await agents.web1.serve(80, "hello from web1");
await score.expect("from the neighbour", true, (patience) =>
  agents.neighbour.fetch("http://192.0.2.1:8080/", patience),
);
await score.expect("from the neighbour over IPv6", true, (patience) =>
  agents.neighbour.fetch("http://[2001:db8::1]:8080/", patience),
);
await score.expect("on the host, its own address", true, (patience) =>
  agents.host.fetch("http://192.0.2.1:8080/", patience),
);
await score.expect("on the host, 127.0.0.1", true, (patience) => agents.host.fetch("http://127.0.0.1:8080/", patience));
await score.expect("on the host, ::1", true, (patience) => agents.host.fetch("http://[::1]:8080/", patience));
await score.expect("from web1 itself (hairpin)", true, (patience) =>
  agents.web1.fetch("http://192.0.2.1:8080/", patience),
);
await score.expect("from its sibling web2 (hairpin)", true, (patience) =>
  agents.web2.fetch("http://192.0.2.1:8080/", patience),
);
await score.expect("from db1, on the other network", true, (patience) =>
  agents.db1.fetch("http://192.0.2.1:8080/", patience),
);

heading("Somebody deletes web1's link behind our back");
await host.deleteLink(`veth${published.id.slice(0, 7)}`);
await score.expect("from the neighbour: gone", false, (patience) =>
  agents.neighbour.fetch("http://192.0.2.1:8080/", patience),
);
const findings = await cnm.doctor();
for (const finding of findings) line(`doctor: ${finding.message}`);
score.check("doctor finds it", findings.length > 0);
await cnm.repair();
score.check("after repair doctor finds nothing", (await cnm.doctor()).length === 0);
await score.expect("from the neighbour: back", true, (patience) =>
  agents.neighbour.fetch("http://192.0.2.1:8080/", patience),
);

heading("Everything goes");
for (const agent of Object.values(agents)) await agent.end();
for (const sandbox of [web1, web2, db1]) await sandbox.remove();
for (const network of [web, db]) await network.remove();
const left = (await platform.observe()).map((resource) => resource.key);
const links = await host.links();
await cnm.close();
await host.close();
rmSync(folder, { recursive: true });
const leftOnMachine = DemoHost.snapshot(folder, PORT).filter(
  (entry) => !before.includes(entry) || entry.includes(folder),
);
score.check("cnm reads back what bears its mark: nothing", left.length === 0);
score.check("links in the host namespace: lo and the uplink", links.join(" ") === "lo uplink");
score.check("on this machine no link, namespace, listening socket or file of the demo", leftOnMachine.length === 0);

const remains = [...left, ...leftOnMachine];
console.log(`\n${score.summary()}`);
console.log(`Left on the host: ${remains.length === 0 ? "nothing" : remains.join(", ")}`);
process.exitCode = score.failed === 0 && remains.length === 0 ? 0 : 1;
