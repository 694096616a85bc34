import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";

/** Everything on this host that cnm could leave behind, as lines of text: `{ links: […], … }`. */
export function hostSnapshot() {
  return {
    links: readdirSync("/sys/class/net"),
    namespaces: lines(readFileSync("/proc/self/mountinfo", "utf8")).filter((line) => line.includes(" - nsfs ")),
    rules: [
      ...output("nft", ["-s", "list", "ruleset"]),
      ...["iptables-save", "ip6tables-save"]
        .flatMap((program) => output(program, []))
        .filter((line) => line.includes("CNM")),
    ],
    sockets: ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"].flatMap((kind) => boundSockets(kind)),
    // The folder of namespaces stays once there was one, as ip's own does.
    files: [
      ...names("/run/cnm").filter((name) => name !== "netns"),
      ...readdirSync(tmpdir()).filter((name) => name.startsWith("cnm-")),
    ],
    forwarding: ["ipv4/ip_forward", "ipv6/conf/all/forwarding"].map(
      (name) =>
        `${name} = ${existsSync(`/proc/sys/net/${name}`) ? readFileSync(`/proc/sys/net/${name}`, "utf8").trim() : "absent"}`,
    ),
    processes: childProcesses(),
  };
}

/** What `after` has and `before` has not, a sentence each. */
export function leaks(before, after) {
  return Object.entries(after).flatMap(([kind, entries]) => {
    const known = new Set(before[kind]);
    return entries.filter((entry) => !known.has(entry)).map((entry) => `${kind}: ${entry}`);
  });
}

function boundSockets(kind) {
  const path = `/proc/net/${kind}`;
  if (!existsSync(path)) return [];
  const LISTEN = "0A";
  const UNCONNECTED = "07";
  return lines(readFileSync(path, "utf8"))
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN || fields[3] === UNCONNECTED)
    .map((fields) => `${kind} ${fields[1]}`);
}

/** Every process that this one has started, and all that they have, bears it from then on: orphans too. */
const MARK = `CNM_TEST_RUN=${randomUUID()}`;
process.env.CNM_TEST_RUN = MARK.slice(MARK.indexOf("=") + 1);

/** Programs that a test started and did not end: descendants of this process, and what bears its mark. */
function childProcesses() {
  const parents = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, command, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      const marked = readFileSync(`/proc/${name}/environ`, "latin1").includes(MARK);
      parents.set(Number(name), { parent: Number(parent), command, marked });
    } catch {
      // It ended between the listing and the reading.
    }
  }
  const descends = (pid) => pid === process.pid || (parents.has(pid) && descends(parents.get(pid).parent));
  return [...parents]
    .filter(([pid, { marked }]) => pid !== process.pid && (marked || descends(pid)))
    .map(([pid, { command }]) => `${command} (pid ${pid})`);
}

const lines = (text) => text.split("\n").filter((line) => line !== "");

const names = (folder) => (existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : []);

function output(program, args) {
  try {
    return lines(execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  } catch {
    return [];
  }
}
