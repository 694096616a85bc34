import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bindLibc, loadFfi } from "@cnm/linux";
import { Machine } from "./attach/machine.ts";
import { aardvark } from "./dns/aardvark.ts";
import { cnmPeer, serve } from "./dns/cnm-peer.ts";
import type { DnsPeer } from "./dns/dns-peer.ts";
import { type Delay, delay, delayBesideSilence, throughput } from "./dns/dnsperf.ts";
import { dockerdDns } from "./dns/dockerd-dns.ts";
import { silentServer } from "./dns/silent-server.ts";
import { type BenchRow, median, report } from "./report.ts";
import { ratio } from "./scale/ratio.ts";

const ROUNDS = 7;
const SECONDS = 1;
/** Medians of runs differ by so much themselves. */
const AS_GOOD = 0.95;

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
  const silent: Disposable[] = [];
  try {
    const one = await cnmPeer(machine, 1);
    peers.push(one);
    const hundred = await cnmPeer(machine, 100);
    peers.push(hundred, await aardvark(machine), await dockerdDns());
    for (const { askerPath } of peers) silent.push(silentServer(askerPath));
    return rows(await interleaved(peers), [one.name, hundred.name]);
  } finally {
    for (const server of silent) server[Symbol.dispose]();
    for (const peer of peers) await peer.close();
    machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Answers a second, and milliseconds. */
interface Measured {
  readonly rate: number;
  /** 99 of 100 answers. */
  readonly busy: number;
  readonly calm: Delay;
  /** While names are asked for that nobody answers. */
  readonly besideSilence: Delay;
}

async function interleaved(peers: readonly DnsPeer[]): Promise<ReadonlyMap<string, Measured>> {
  const all = new Map(peers.map((peer) => [peer, [] as Measured[]]));
  for (const peer of peers) await throughput(peer, SECONDS);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [peer, measured] of all) {
      measured.push({
        rate: await throughput(peer, SECONDS),
        busy: (await delay(peer, SECONDS, "busy")).most,
        calm: await delay(peer, SECONDS, "calm"),
        besideSilence: await delayBesideSilence(peer, SECONDS),
      });
    }
  }
  return new Map([...all].map(([{ name }, measured]) => [name, medians(measured)]));
}

function medians(measured: readonly Measured[]): Measured {
  const of = (value: (one: Measured) => number): number => median(measured.map(value));
  return {
    rate: of(({ rate }) => rate),
    busy: of(({ busy }) => busy),
    calm: { half: of(({ calm }) => calm.half), most: of(({ calm }) => calm.most) },
    besideSilence: {
      half: of(({ besideSilence }) => besideSilence.half),
      most: of(({ besideSilence }) => besideSilence.most),
    },
  };
}

function rows(measured: ReadonlyMap<string, Measured>, ours: readonly string[]): readonly BenchRow[] {
  const valuesOf = (names: readonly string[], value: (of: Measured) => number): readonly [string, number][] =>
    [...measured].flatMap(([name, found]) => (names.includes(name) ? [[name, value(found)]] : []));
  const others = [...measured.keys()].filter((name) => !ours.includes(name));
  const each = (what: string, unit: string, value: (of: Measured) => number): readonly BenchRow[] =>
    valuesOf([...measured.keys()], value).map(([name, found]) => ({ name: `${what}: ${name}`, value: found, unit }));
  const more = (what: string, value: (of: Measured) => number, limit: number): readonly BenchRow[] => {
    const better = Math.max(...valuesOf(others, value).map(([, found]) => found));
    return valuesOf(ours, value).map(([name, found]) =>
      ratio(`${what}: ${name} / better peer`, found / better, limit, "at least"),
    );
  };
  const less = (what: string, value: (of: Measured) => number, limit: number): readonly BenchRow[] => {
    const better = Math.min(...valuesOf(others, value).map(([, found]) => found));
    return valuesOf(ours, value).map(([name, found]) =>
      ratio(`${what}: better peer / ${name}`, better / found, limit, "at least"),
    );
  };
  const within = (what: string, value: (of: Measured) => number): readonly BenchRow[] =>
    valuesOf([...measured.keys()], value).map(([name, found]) => ({
      ...{ name: `${what}: ${name}`, value: found, unit: "ms" },
      ...(ours.includes(name) ? { target: "< 1 ms", met: found < 1 } : {}),
    }));
  return [
    ...each("answers a second", "/s", ({ rate }) => rate),
    ...more("answers a second", ({ rate }) => rate, 1.2),
    ...each("99 % within, 100 under way", "ms", ({ busy }) => busy),
    ...less("99 % within", ({ busy }) => busy, 1.2),
    // Most of this time is the kernel's, which has to wake server and client for each query: as good is all that there is.
    ...each("half within, 1,000 a second", "ms", ({ calm }) => calm.half),
    ...less("half within", ({ calm }) => calm.half, AS_GOOD),
    ...each("99 % within, 1,000 a second", "ms", ({ calm }) => calm.most),
    ...within("upstream silent: half within", ({ besideSilence }) => besideSilence.half),
    // Every twentieth query comes beside an outside one, which it may have to wait for: that is what the hundredth shows.
    ...within("upstream silent: 99 % within", ({ besideSilence }) => besideSilence.most),
  ];
}
