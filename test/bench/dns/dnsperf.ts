import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLIENT_CORE, type DnsPeer, LOCAL_NAME } from "./dns-peer.ts";

/** So many queries are under way all the time. */
const BUSY = ["-q", "100"];
/** Queries a second that leave every peer idle for most of the time. */
const CALM = ["-Q", "1000"];
const ANSWERED = /^> NOERROR \S+ \S+ ([\d.]+)/gm;

/** Answers a second. */
export async function throughput(peer: DnsPeer, seconds: number): Promise<number> {
  const text = await dnsperf(peer, ["-l", String(seconds), ...BUSY]);
  const figure = (pattern: RegExp): number => Number(pattern.exec(text)?.[1]);
  const lost = figure(/Queries lost:\s+(\d+)/);
  if (!/NOERROR \d+ \(100\.00%\)/.test(text)) {
    throw new Error(`${peer.name} does not know the name: ${text}`);
  }
  if (lost > 0) throw new Error(`${peer.name} lost ${lost} queries: ${text}`);
  return figure(/Queries per second:\s+([\d.]+)/);
}

/** Milliseconds within which 99 of 100 queries are answered. */
export async function delay(peer: DnsPeer, seconds: number, load: "busy" | "calm"): Promise<number> {
  const text = await dnsperf(peer, ["-l", String(seconds), "-v", ...(load === "busy" ? BUSY : CALM)]);
  const times = [...text.matchAll(ANSWERED)].map(([, time]) => Number(time) * 1000).sort((a, b) => a - b);
  const slow = times[Math.floor(times.length * 0.99)];
  if (slow === undefined) throw new Error(`${peer.name} does not answer: ${text}`);
  return slow;
}

/**
 * Runs inside the client's namespace, on the client's processor, over the queries again and again. What it says goes to a
 * file: whoever reads a pipe would be in the way of the server.
 */
async function dnsperf({ namespacePath, server }: DnsPeer, args: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-dnsperf-"));
  const [queries, said] = [join(folder, "queries"), join(folder, "said")];
  writeFileSync(queries, `${LOCAL_NAME} A\n`.repeat(1000));
  const output = openSync(said, "w");
  try {
    const inside = [`--net=${namespacePath}`, "taskset", "-c", CLIENT_CORE];
    const all = [...inside, "dnsperf", "-s", server, "-d", queries, "-c", "1", "-T", "1", ...args];
    const [status] = await once(spawn("nsenter", all, { stdio: ["ignore", output, output] }), "close");
    const text = readFileSync(said, "utf8");
    if (status !== 0) throw new Error(`dnsperf in ${namespacePath}: exit status ${status}: ${text}`);
    return text;
  } finally {
    closeSync(output);
    rmSync(folder, { recursive: true });
  }
}
