import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { EndpointHandle, NetworkHandle, SandboxHandle } from "@cnm/core";
import type { Namespace } from "@cnm/linux";
import { openNamespace } from "@cnm/linux";
import type { Machine } from "../attach/machine.ts";
import { type BenchRow, median } from "../report.ts";
import { connectionRate, type Parties } from "./client.ts";
import { besideAlone, inTurns } from "./in-turns.ts";
import { ratio } from "./ratio.ts";
import { inParallel, ScaleHost } from "./scale-host.ts";
import { serveIperf, stop, throughput } from "./throughput.ts";

const PORTS = 5_000;
const JUDGED = 100;
const WARM_UP = 30;
const PORTS_EACH = 100;
const FIRST_PORT = 10_000;
/** Addresses are announced for two seconds after a join. */
const ANNOUNCED = 2_500;
/** A port on all addresses: IPv4, IPv6, and a listener for ::1. */
const DESCRIPTORS_EACH = 3;

const IPERF = 5_201;
const CONNECTIONS = 5_202;
const ROUNDS = 15;

/** Thousands of published ports on one host, and another host with none for comparison. */
export async function manyPorts(machine: Machine): Promise<readonly BenchRow[]> {
  requireDescriptors(PORTS * DESCRIPTORS_EACH + 2_000);
  const full = await ScaleHost.open(machine, "full");
  const empty = await ScaleHost.open(machine, "empty");
  try {
    return [...(await joins(full, empty)), ...(await traffic(machine, full, empty))];
  } finally {
    await full.close();
    await empty.close();
  }
}

/** The first hundred published ports against the last hundred, with one port each. */
async function joins(full: ScaleHost, empty: ScaleHost): Promise<readonly BenchRow[]> {
  const [many, few] = [await Publisher.open(full), await Publisher.open(empty)];
  for (let at = 0; at < WARM_UP; at++) await (await few.publishOne(at)).leave();
  const first: EndpointHandle[] = [];
  const beside = await besideAlone(JUDGED, async (round) => first.push(await few.publishOne(round)));
  for (const endpoint of first) await endpoint.leave();
  for (let port = JUDGED; port < PORTS; port += PORTS_EACH) await many.publish(`many${port}`, port, PORTS_EACH);
  await sleep(ANNOUNCED);
  const {
    one,
    other,
    ratio: growth,
  } = await inTurns(
    JUDGED,
    (round) => few.publishOne(round),
    (round) => many.publishOne(round),
    beside,
  );
  // From here on, the other host has none.
  for (const box of await empty.cnm.sandboxes()) await box.remove();
  return [
    { name: `join with one port: the first ${JUDGED} published ports`, value: one, unit: "ms" },
    { name: `join with one port: the last ${JUDGED} of ${PORTS}`, value: other, unit: "ms" },
    ratio("join with one port: last / first", growth, 1.3, "at most"),
  ];
}

/** Publishes ports by their place in the range of this benchmark. */
class Publisher {
  readonly #host: ScaleHost;
  readonly #network: NetworkHandle;
  readonly #boxes: readonly SandboxHandle[];

  private constructor(host: ScaleHost, network: NetworkHandle, boxes: readonly SandboxHandle[]) {
    this.#host = host;
    this.#network = network;
    this.#boxes = boxes;
  }

  static async open(host: ScaleHost): Promise<Publisher> {
    const network = await host.cnm.createNetwork({ name: "ports", ipam: { subnets: ["10.66.0.0/16", "fd66::/64"] } });
    const names = Array.from({ length: JUDGED }, (_, at) => `one${at}`);
    return new Publisher(host, network, await inParallel(names, (name) => host.cnm.createSandbox({ name })));
  }

  async publish(name: string, first: number, count: number): Promise<void> {
    const box = await this.#host.cnm.createSandbox({ name });
    await this.#join(box, first, count);
  }

  async publishOne(at: number): Promise<EndpointHandle> {
    const box = this.#boxes[at];
    if (box === undefined) throw new Error(`there is no box ${at}`);
    return this.#join(box, at, 1);
  }

  #join(box: SandboxHandle, first: number, count: number): Promise<EndpointHandle> {
    const ports = Array.from({ length: count }, (_, at) => `${FIRST_PORT + first + at}:80`);
    return box.join(this.#network, { ports });
  }
}

/** Measured in turns, so that whatever else the machine does meets both alike. */
async function traffic(machine: Machine, full: ScaleHost, empty: ScaleHost): Promise<readonly BenchRow[]> {
  const hosts = { full: await Published.open(machine, full), empty: await Published.open(machine, empty) };
  try {
    const bits = { full: [] as number[], empty: [] as number[] };
    const rates = { full: [] as number[], empty: [] as number[] };
    for (let round = -1; round < ROUNDS; round++) {
      for (const name of round % 2 === 0 ? (["full", "empty"] as const) : (["empty", "full"] as const)) {
        const [bit, rate] = [await hosts[name].throughput(), hosts[name].connections()];
        if (round < 0) continue;
        bits[name].push(bit);
        rates[name].push(rate);
      }
    }
    const gigabits = (name: "full" | "empty") => median(bits[name]) / 1e9;
    const rate = (name: "full" | "empty") => median(rates[name]);
    const [many, none] = [`${PORTS} other ports`, "no other port"];
    return [
      { name: `TCP through a published port, ${none}`, value: gigabits("empty"), unit: "Gbit/s" },
      { name: `TCP through a published port, ${many}`, value: gigabits("full"), unit: "Gbit/s" },
      ratio("TCP: with / without", gigabits("full") / gigabits("empty"), 0.95, "at least"),
      { name: `new connections, ${none}`, value: rate("empty"), unit: "1/s" },
      { name: `new connections, ${many}`, value: rate("full"), unit: "1/s" },
      ratio("new connections: with / without", rate("full") / rate("empty"), 0.95, "at least"),
    ];
  } finally {
    for (const host of Object.values(hosts)) await host.close();
  }
}

/** One sandbox whose servers are published, and a client on the neighbouring host. */
class Published {
  readonly #machine: Machine;
  readonly #parties: Parties;
  readonly #inside: Namespace;
  readonly #iperf: ChildProcess;

  private constructor(machine: Machine, host: ScaleHost, inside: Namespace, iperf: ChildProcess) {
    this.#machine = machine;
    this.#inside = inside;
    this.#iperf = iperf;
    const address = ScaleHost.ADDRESS;
    this.#parties = { client: host.neighbour, server: inside, address, port: CONNECTIONS, targetPort: CONNECTIONS };
  }

  static async open(machine: Machine, host: ScaleHost): Promise<Published> {
    const network = await host.cnm.createNetwork({ name: "traffic", ipam: { subnets: ["10.67.0.0/24"] } });
    const box = await host.cnm.createSandbox({ name: "server" });
    await box.join(network, { ports: [`${IPERF}:${IPERF}`, `${CONNECTIONS}:${CONNECTIONS}`] });
    const { namespace } = await box.info();
    const iperf = await serveIperf(namespace.path, IPERF);
    return new Published(machine, host, openNamespace(machine.libc, namespace.path), iperf);
  }

  throughput = (): Promise<number> => throughput(this.#parties.client, ScaleHost.ADDRESS, IPERF, 1);

  connections = (): number => connectionRate(this.#machine.libc, this.#parties, 20);

  async close(): Promise<void> {
    await stop(this.#iperf);
    this.#inside.close();
  }
}

/** Node takes the soft limit up to the hard one by itself. */
function requireDescriptors(needed: number): void {
  const limit = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  if (limit === undefined || Number(limit) >= needed) return;
  throw new Error(`${PORTS} held ports need ${needed} descriptors, and the limit is ${limit}: ulimit -n ${needed}`);
}
