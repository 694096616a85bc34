import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bindLibc, loadFfi } from "@cnm/linux";
import { Machine } from "./attach/machine.ts";
import { aardvark } from "./dns/aardvark.ts";
import { cnmPeer, serve } from "./dns/cnm-peer.ts";
import type { DnsPeer } from "./dns/dns-peer.ts";
import { slowest, throughput } from "./dns/dnsperf.ts";
import { dockerdDns } from "./dns/dockerd-dns.ts";
import { type BenchRow, median, report } from "./report.ts";
import { ratio } from "./scale/ratio.ts";

const ROUNDS = 2;
const SECONDS = 2;
/** Queries a second at which delays are compared: every peer can do it. */
const RATE = 1000;

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
  readonly delay: number;
}

async function interleaved(peers: readonly DnsPeer[]): Promise<ReadonlyMap<string, Measured>> {
  const all = new Map(peers.map((peer) => [peer, { rates: [] as number[], delays: [] as number[] }]));
  for (const peer of peers) await throughput(peer, 1);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [peer, { rates, delays }] of all) {
      rates.push(await throughput(peer, SECONDS));
      delays.push(await slowest(peer, SECONDS, RATE));
    }
  }
  return new Map(
    [...all].map(([{ name }, { rates, delays }]) => [name, { rate: median(rates), delay: median(delays) }]),
  );
}

function rows(
  measured: ReadonlyMap<string, Measured>,
  ours: readonly string[],
  kilobytes: number,
): readonly BenchRow[] {
  const others = [...measured].filter(([name]) => !ours.includes(name)).map(([, values]) => values);
  const best = {
    rate: Math.max(...others.map(({ rate }) => rate)),
    delay: Math.min(...others.map(({ delay }) => delay)),
  };
  const of = (name: string): Measured => measured.get(name) ?? { rate: Number.NaN, delay: Number.NaN };
  const memory = { name: "memory a further sandbox takes", value: kilobytes, unit: "KB", target: "≤ 40 KB" };
  return [
    ...[...measured].map(([name, { rate }]) => ({ name: `answers a second: ${name}`, value: rate, unit: "/s" })),
    ...ours.map((name) => ratio(`answers a second: ${name} / better peer`, of(name).rate / best.rate, 1.2, "at least")),
    ...[...measured].map(([name, { delay }]) => ({
      name: `99 % within, at ${RATE}/s: ${name}`,
      value: delay,
      unit: "ms",
    })),
    ...ours.map((name) => ratio(`99 % within: better peer / ${name}`, best.delay / of(name).delay, 1.2, "at least")),
    { ...memory, met: kilobytes <= 40 },
  ];
}
