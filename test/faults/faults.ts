import { randomInt } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cnmScript } from "../support/cnm-script.ts";
import { forwarders } from "../support/forwarders.ts";
import { enterFreshHost, run } from "../support/host.ts";
import { type Outcome, runCampaign, type Tally } from "./campaign.ts";
import { Checker } from "./checker.ts";
import { DaemonSubject } from "./daemon-subject.ts";
import { LibrarySubject } from "./library-subject.ts";
import { mountsBelow } from "./mounts-below.ts";
import { FOREIGN } from "./operation.ts";
import { readForwarding } from "./witness/forwarding.ts";

const OPERATOR = fileURLToPath(new URL("./operator.mjs", import.meta.url));

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "40" },
    seed: { type: "string", default: String(randomInt(2 ** 20)) },
    firewall: { type: "string", default: "nftables" },
    daemon: { type: "boolean", default: false },
    sabotage: { type: "boolean", default: false },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
const firewall = values.firewall === "iptables" ? "iptables" : "nftables";
console.log(`faults: ${kills} kills of ${values.daemon ? "the daemon" : "the library"}, seed ${seed}, ${firewall}`);

const began = performance.now();
const host = enterFreshHost();
const neighbour = host.makeNeighbour();
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const)
  process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
const foreign = Array.from({ length: FOREIGN }, (_, at) => host.makeNamespace(`foreign${at}`).path);
const directories = { state: host.stateDir, run: host.runDir, firewall } as const;
const before = readForwarding();
const subject = values.daemon
  ? new DaemonSubject({ directories, foreign, socket: join(host.folder, "cnm.sock"), program: cnmScript() })
  : new LibrarySubject({ directories, foreign, program: OPERATOR });
const outcome = await runCampaign({
  kills,
  seed,
  sabotage: values.sabotage,
  subject,
  checker: new Checker({ host, neighbour, foreign, subject, before }),
  progress,
  signal: stop.signal,
}).catch(abandon);
const seconds = ((performance.now() - began) / 1_000).toFixed(1);
const { tally, findings } = outcome;
console.log(
  `${process.stdout.isTTY ? "\n" : ""}faults: ${tally.done} operations done, ${tally.finished + tally.undone} cut off ` +
    `(${tally.finished} finished by the restart, ${tally.undone} undone), ${tally.paths} paths of traffic, ${seconds} s`,
);

const survived = tally.survived === kills && findings.length === 0;
if (survived) host.close();
else report(outcome);
console.log(`survived ${tally.survived} of ${kills} kills (seed ${seed})`);
process.exit(survived ? 0 : 1);

function progress({ survived, done }: Tally): void {
  if (process.stdout.isTTY)
    process.stdout.write(`\rfaults: ${survived} of ${kills} kills survived, ${done} operations`);
}

/** The records stay, and beside them everything that is known. Namespaces would keep nothing but themselves. The findings come last: a log may be cut. */
function report({ findings, journal }: Outcome): void {
  const text = ["Journal since the last check:", ...journal, "", "Findings:", ...findings, ""].join("\n");
  const rules = firewall === "nftables" ? run("nft", ["list", "ruleset"]) : run("iptables-save", []);
  writeFileSync(join(host.folder, "evidence.txt"), [text, run("ip", ["address"]), rules].join("\n"));
  console.error(text);
  letGo();
  console.error(`kept: ${host.folder}`);
}

/** Not the fault of what is tested. */
function abandon(error: unknown): never {
  console.error(error);
  letGo();
  rmSync(host.folder, { recursive: true, force: true });
  process.exit(1);
}

/** What outlives a process that was killed, and would keep its namespaces. */
function letGo(): void {
  for (const pid of forwarders()) process.kill(pid, "SIGKILL");
  for (const path of mountsBelow(host.folder).toReversed()) run("umount", ["--lazy", path]);
}
