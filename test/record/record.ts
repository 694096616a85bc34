import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NLMSG_ERROR } from "../../packages/linux/src/netlink/constants.ts";
import { NLMSG_HEADER } from "../../packages/linux/src/netlink/message.ts";
import { RTM_NEWLINK } from "../../packages/linux/src/route/constants.ts";
import { run, TestHost } from "../support/host.ts";
import { BYTES, type RecordedCommand } from "./recording.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";
import { readTrace, STRACE_OPTIONS } from "./strace.ts";

/** `node tools/record.mjs [SCENARIO…]`: runs the scenarios, each on a fresh host, and writes down what was said. */
const wanted = process.argv.slice(2);
mkdirSync(BYTES, { recursive: true });
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const recorded = record(scenario);
  writeFileSync(join(BYTES, `${name}.json`), `${JSON.stringify(recorded, undefined, 2)}\n`);
  console.log(`${name}: ${recorded.length} commands`);
}

function record({ before = [], commands }: Scenario): readonly RecordedCommand[] {
  const host = new TestHost();
  try {
    const { path } = host.makeNamespace("other");
    for (const command of before) shell(command, path);
    return commands.map((command) => traced(command, path, join(host.folder, "trace")));
  } finally {
    host.close();
  }
}

function shell(command: string, other: string): void {
  const [program, args] = words(command, other);
  run(program, args);
}

/** Kernels that lack a kind of link refuse it, but what was asked of them can be recorded all the same. */
function traced(command: string, other: string, trace: string): RecordedCommand {
  const [program, args] = words(command, other);
  const result = spawnSync("strace", [...STRACE_OPTIONS, "-o", trace, program, ...args], { encoding: "utf8" });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) console.log(`  ${command}: ${result.stderr.trim()}`);
  const { sent, received } = readTrace(readFileSync(trace, "utf8"));
  return { command, sent: sent.map(withoutSlack), received: received.filter((datagram) => isKept(command, datagram)) };
}

/** Ip sends whole buffers at times; the kernel reads no further than its first message of no length. */
function withoutSlack(datagram: string): string {
  const bytes = Buffer.from(datagram, "hex");
  let end = 0;
  while (end + NLMSG_HEADER <= bytes.length && bytes.readUInt32LE(end) > 0) end += (bytes.readUInt32LE(end) + 3) & ~3;
  return bytes.subarray(0, end).toString("hex");
}

/** Programs look a lot up that was not asked for: links before addresses, the whole ruleset before a rule is added. */
function isKept(command: string, datagram: string): boolean {
  const type = Buffer.from(datagram, "hex").readUInt16LE(4);
  if (!/ (show|list|-L|-C)\b/.test(command)) return type === NLMSG_ERROR;
  return type !== RTM_NEWLINK || command.includes(" link ");
}

/** A word in single quotes may have spaces; OTHER is the path of another namespace. */
function words(command: string, other: string): readonly [program: string, args: readonly string[]] {
  const [program = "", ...args] = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
  return [program, args.map((word) => (word === "OTHER" ? other : word))];
}
