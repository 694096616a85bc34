import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DnsPeer, LOCAL_NAME, onClientCore } from "./dns-peer.ts";

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

export interface Delay {
  /** Milliseconds within which half of the queries are answered, and 99 of 100. */
  readonly half: number;
  readonly most: number;
}

export async function delay(peer: DnsPeer, seconds: number, load: "busy" | "calm"): Promise<Delay> {
  const text = await dnsperf(peer, ["-l", String(seconds), "-v", ...(load === "busy" ? BUSY : CALM)]);
  const times = [...text.matchAll(ANSWERED)].map(([, time]) => Number(time) * 1000).sort((a, b) => a - b);
  const [half, most] = [0.5, 0.99].map((share) => times[Math.floor(times.length * share)]);
  if (half === undefined || most === undefined) throw new Error(`${peer.name} does not answer: ${text}`);
  return { half, most };
}

/** The same as {@link delay} when calm, while outside names are asked for that nobody answers. */
export async function delayBesideSilence(peer: DnsPeer, seconds: number): Promise<Delay> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-outside-"));
  const queries = join(folder, "queries");
  writeFileSync(queries, Array.from({ length: 1000 }, (_, at) => `outside${at}.example A\n`).join(""));
  const all = command(peer, queries, ["-l", "60", "-Q", "50", "-q", "1000"]);
  const outside = spawn("nsenter", all, { stdio: "ignore" });
  const ended = once(outside, "close");
  try {
    // It asks for a while, so that as many as can be are under way.
    await delay(peer, seconds, "calm");
    return await delay(peer, seconds, "calm");
  } finally {
    outside.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

/**
 * Runs inside the client's namespace, on the client's processor, over the queries again and again. What it says goes to a
 * file: whoever reads a pipe would be in the way of the server.
 */
async function dnsperf(peer: DnsPeer, args: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-dnsperf-"));
  const [queries, said] = [join(folder, "queries"), join(folder, "said")];
  writeFileSync(queries, `${LOCAL_NAME} A\n`.repeat(1000));
  const output = openSync(said, "w");
  try {
    const [status] = await once(
      spawn("nsenter", command(peer, queries, args), { stdio: ["ignore", output, output] }),
      "close",
    );
    const text = readFileSync(said, "utf8");
    if (status !== 0) throw new Error(`dnsperf at ${peer.name}: exit status ${status}: ${text}`);
    return text;
  } finally {
    closeSync(output);
    rmSync(folder, { recursive: true });
  }
}

/** Of nsenter. */
function command({ namespacePath, server }: DnsPeer, queries: string, args: readonly string[]): readonly string[] {
  const inside = [`--net=${namespacePath}`, ...onClientCore];
  return [...inside, "dnsperf", "-s", server, "-d", queries, "-c", "1", "-T", "1", ...args];
}
