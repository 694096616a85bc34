import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createController, openStore } from "@cnm/core";
import { bindLibc, linuxPlatform, loadFfi } from "@cnm/linux";
import { dockerdPeer } from "./attach/dockerd-peer.ts";
import { floorPeer } from "./attach/floor-peer.ts";
import { Machine } from "./attach/machine.ts";
import { netavarkPeer } from "./attach/netavark-peer.ts";
import type { Peer } from "./attach/peer.ts";
import { scriptPeer } from "./attach/script-peer.ts";
import { type BenchRow, median, report, timed } from "./report.ts";

const ROUNDS = 60;
const WARM_UP = 5;

await report(
  `One endpoint with one published port joins and leaves: medians of ${ROUNDS} interleaved rounds`,
  measureAttach,
);

async function measureAttach(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-attach-"));
  const machine = new Machine(bindLibc(loadFfi()), folder);
  const peers: Peer[] = [];
  try {
    peers.push(...(await cnmAndFloor(machine)));
    peers.push(await scriptPeer(machine.host("script"), machine.sandbox("script"), machine.sandbox("script").path));
    peers.push(netavarkPeer(machine.host("netavark"), machine.sandbox("netavark").path));
    peers.push(await dockerdPeer());
    return rows(await interleaved(machine, peers));
  } finally {
    for (const peer of peers) await peer.close();
    machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function interleaved(machine: Machine, peers: readonly Peer[]): Promise<ReadonlyMap<string, Times>> {
  const times = new Map(peers.map((peer) => [peer, { join: [] as number[], leave: [] as number[] }]));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [peer, { join, leave }] of shuffled(times)) {
      const joining = await timed(peer.join);
      await machine.quiet();
      const leaving = await timed(peer.leave);
      await machine.quiet();
      if (round < 0) continue;
      join.push(joining);
      leave.push(leaving);
    }
  }
  return new Map([...times].map(([{ name }, { join, leave }]) => [name, { join: median(join), leave: median(leave) }]));
}

/** Whoever comes after a daemon that has just had the processors finds their caches cold: that is not always to be the same one. */
function shuffled<T>(items: Iterable<T>): readonly T[] {
  return [...items]
    .map((item) => ({ item, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

interface Times {
  readonly join: number;
  readonly leave: number;
}

function rows(medians: ReadonlyMap<string, Times>): readonly BenchRow[] {
  const of = (name: string): Times => medians.get(name) ?? { join: Number.NaN, leave: Number.NaN };
  const cnm = of("cnm");
  const steps = ["join", "leave"] as const;
  return steps.flatMap((step) => [
    ...[...medians].map(([name, times]) => ({ name: `${step}: ${name}`, value: times[step], unit: "ms" })),
    ratio(`${step}: cnm / kernel floor`, cnm[step] / of("kernel floor")[step], 1.6, "at most"),
    ratio(`${step}: dockerd / cnm`, of("dockerd")[step] / cnm[step], 10, "at least"),
    ratio(`${step}: netavark / cnm`, of("netavark")[step] / cnm[step], 10, "at least"),
    ratio(`${step}: ip -batch + nft -f / cnm`, of("ip -batch + nft -f")[step] / cnm[step], 3, "at least"),
  ]);
}

function ratio(name: string, value: number, limit: number, bound: "at most" | "at least"): BenchRow {
  const met = bound === "at most" ? value <= limit : value >= limit;
  return { name, value, unit: "×", target: `${bound === "at most" ? "≤" : "≥"} ${limit} ×`, met };
}

/** Our subject, with a durable store; and the same plan's requests, bare. */
async function cnmAndFloor(machine: Machine): Promise<readonly Peer[]> {
  const platform = await linuxPlatform({ netns: machine.host("cnm").path, runDir: machine.path("run") });
  const cnm = await createController({ platform, store: await openStore(machine.path("state")) });
  const network = await cnm.createNetwork({ name: "outside", ipam: { subnets: ["10.99.1.0/24"] } });
  const box = await cnm.createSandbox({ name: "peer1" });
  const attach = () => box.join(network, { ports: ["0.0.0.0:8080:80"] });

  let joined = await attach();
  const context = { network: await network.info(), sandbox: await box.info(), host: platform.facts };
  const [bridge] = platform.drivers;
  if (bridge === undefined) throw new Error("there is no bridge driver");
  const plan = bridge.planEndpoint(await joined.info(), context);
  const shared = bridge.planNetwork(context.network, platform.facts);
  await joined.leave();

  const subject: Peer = {
    name: "cnm",
    async join() {
      joined = await attach();
    },
    leave: () => joined.leave(),
    async close() {
      await box.remove();
      await network.remove();
      await cnm.close();
    },
  };
  return [subject, await floorPeer(machine.libc, machine.host("floor"), machine.sandbox("floor"), plan, shared)];
}
