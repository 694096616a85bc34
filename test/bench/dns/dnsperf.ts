import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CLIENT_CORE, type DnsPeer, LOCAL_NAME } from "./dns-peer.ts";

const LATENCY = /^> NOERROR \S+ \S+ ([\d.]+)/gm;

/** Queries a second, with a hundred under way all the time. */
export async function throughput(peer: DnsPeer, seconds: number): Promise<number> {
  const text = await dnsperf(peer, ["-l", String(seconds), "-q", "100"]);
  const [lost = "", rate = ""] = [/Queries lost:\s+(\d+)/, /Queries per second:\s+([\d.]+)/].map(
    (p) => p.exec(text)?.[1],
  );
  if (!text.includes("NOERROR") || text.includes("SERVFAIL")) throw new Error(`${peer.name} does not answer: ${text}`);
  if (lost !== "0") throw new Error(`${peer.name} lost ${lost} queries: ${text}`);
  return Number(rate);
}

/** Milliseconds within which 99 of 100 queries are answered, at so many a second. */
export async function slowest(peer: DnsPeer, seconds: number, rate: number): Promise<number> {
  const text = await dnsperf(peer, ["-l", String(seconds), "-Q", String(rate), "-v"]);
  const times = [...text.matchAll(LATENCY)].map(([, time]) => Number(time) * 1000).sort((a, b) => a - b);
  if (times.length < (seconds * rate) / 2) throw new Error(`${peer.name} answered only ${times.length} queries`);
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

/** Runs inside the client's namespace, on the client's processor, over the queries again and again. */
async function dnsperf({ namespacePath, server }: DnsPeer, args: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-dnsperf-"));
  const queries = join(folder, "queries");
  writeFileSync(queries, `${LOCAL_NAME} A\n`.repeat(1000));
  const inside = [`--net=${namespacePath}`, "taskset", "-c", CLIENT_CORE];
  const all = [...inside, "dnsperf", "-s", server, "-d", queries, "-c", "1", "-T", "1", ...args];
  try {
    return (await promisify(execFile)("nsenter", all, { maxBuffer: 64 << 20 })).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
