import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bindLibc, loadFfi } from "@cnm/linux";
import { Machine } from "./attach/machine.ts";
import { aardvark } from "./dns/aardvark.ts";
import { cnmPeer, serve } from "./dns/cnm-peer.ts";
import type { DnsPeer } from "./dns/dns-peer.ts";
import { delay, throughput } from "./dns/dnsperf.ts";
import { dockerdDns } from "./dns/dockerd-dns.ts";
import { type BenchRow, median, report } from "./report.ts";
import { ratio } from "./scale/ratio.ts";

const ROUNDS = 7;
const SECONDS = 1;

const [, , part, ...rest] = process.argv;
if (part === "serve") await serve(rest);
else {
  await report(
    `A local name over UDP, server and dnsperf on a processor each: medians of ${ROUNDS} interleaved rounds`,
    measureDns,
  );
}

async function measureDns(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-dns-"));
  const machine = new Machine(bindLibc(loadFfi()), folder);
  const peers: DnsPeer[] = [];
  try {
    const one = await cnmPeer(machine, 1);
    peers.push(one);
    const hundred = await cnmPeer(machine, 100);
    peers.push(hundred, await aardvark(machine), await dockerdDns());
    const measured = await interleaved(peers);
    return rows(measured, [one.name, hundred.name], hundred.kilobytes);
  } finally {
    for (const peer of peers) await peer.close();
    machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly rate: number;
  readonly busy: number;
  readonly calm: number;
}

async function interleaved(peers: readonly DnsPeer[]): Promise<ReadonlyMap<string, Measured>> {
  const all = new Map(
    peers.map((peer) => [peer, { rate: [] as number[], busy: [] as number[], calm: [] as number[] }]),
  );
  for (const peer of peers) await throughput(peer, SECONDS);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [peer, { rate, busy, calm }] of all) {
      rate.push(await throughput(peer, SECONDS));
      busy.push(await delay(peer, SECONDS, "busy"));
      calm.push(await delay(peer, SECONDS, "calm"));
    }
  }
  const medians = ({ rate, busy, calm }: { rate: number[]; busy: number[]; calm: number[] }): Measured => ({
    rate: median(rate),
    busy: median(busy),
    calm: median(calm),
  });
  return new Map([...all].map(([{ name }, measured]) => [name, medians(measured)]));
}

function rows(
  measured: ReadonlyMap<string, Measured>,
  ours: readonly string[],
  kilobytes: number,
): readonly BenchRow[] {
  const of = (name: string): Measured => measured.get(name) ?? { rate: Number.NaN, busy: Number.NaN, calm: Number.NaN };
  const others = [...measured.keys()].filter((name) => !ours.includes(name)).map(of);
  const rate = Math.max(...others.map((other) => other.rate));
  const busy = Math.min(...others.map((other) => other.busy));
  const each = (what: string, unit: string, value: (of: Measured) => number): readonly BenchRow[] =>
    [...measured].map(([name, found]) => ({ name: `${what}: ${name}`, value: value(found), unit }));
  const memory = { name: "memory of a further sandbox", value: kilobytes, unit: "KB", target: "≤ 40 KB" };
  return [
    ...each("answers a second", "/s", (found) => found.rate),
    ...ours.map((name) => ratio(`answers a second: ${name} / better peer`, of(name).rate / rate, 1.2, "at least")),
    ...each("99 % within, 100 under way", "ms", (found) => found.busy),
    ...ours.map((name) => ratio(`99 % within: better peer / ${name}`, busy / of(name).busy, 1.2, "at least")),
    // Here the time is the kernel's, which has to wake server and client for each query: the same for all.
    ...each("99 % within, 1,000 a second", "ms", (found) => found.calm),
    { ...memory, met: kilobytes <= 40 },
  ];
}
