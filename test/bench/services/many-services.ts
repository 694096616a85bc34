import { readFileSync } from "node:fs";
import type { BalancedView, EndpointId, VirtualService } from "@cnm/core";
import type { Libc, LinuxResource } from "@cnm/linux";
import { nftBalancer } from "../../../packages/linux/src/balance/nft-balancer.ts";
import { nftServiceHandler } from "../../../packages/linux/src/balance/nft-service-handler.ts";
import { placeSockets } from "../../../packages/linux/src/balance/place-sockets.ts";
import { NETLINK_NETFILTER } from "../../../packages/linux/src/netlink/constants.ts";
import { openNamespacePool } from "../../../packages/linux/src/netns/namespace-pool.ts";
import { createEngine } from "../../../packages/linux/src/resources/engine.ts";
import type { Machine } from "../attach/machine.ts";
import { type BenchRow, median, timed } from "../report.ts";
import { inTurns } from "../scale/in-turns.ts";
import { ratio } from "../scale/ratio.ts";

const SERVICES = 1_000;
const TASKS = 10;
const CHANGES = 100;
const PROGRAMMED = 3;

/** What one client's sandbox has for a thousand services, and what one change of one task costs there. */
export async function manyServices(machine: Machine): Promise<readonly BenchRow[]> {
  const sent = { messages: 0, bytes: 0 };
  const libc = counting(machine.libc, sent);
  const pool = openNamespacePool(libc, machine.host("balance"));
  const sockets = placeSockets({ libc, pool, pins: machine.path("none"), protocol: NETLINK_NETFILTER });
  const engine = createEngine([nftServiceHandler(sockets)]);
  const program = async (name: string, count: number) => {
    const { path } = machine.sandbox(name);
    const plans = Array.from({ length: count }, (_, number) => planOf(path, number, TASKS));
    await engine.apply({ remove: [], add: plans.flat() });
    return path;
  };
  try {
    const times: number[] = [];
    const memory: number[] = [];
    for (let round = 0; round < PROGRAMMED; round++) {
      const before = kernelBytes();
      times.push(await timed(async () => void (await program(`many${round}`, SERVICES))));
      memory.push((kernelBytes() - before) / SERVICES);
    }
    const [many, few] = [machine.sandbox("many0").path, await program("few", 1)];
    const change = async (path: string, round: number): Promise<void> => {
      const [full, less] = [planOf(path, 0, TASKS), planOf(path, 0, TASKS - 1)];
      await engine.apply(round % 2 === 0 ? { remove: full, add: less } : { remove: less, add: full });
    };
    const bytesOf = async (path: string): Promise<{ messages: number; bytes: number }> => {
      Object.assign(sent, { messages: 0, bytes: 0 });
      for (const round of [0, 1]) await change(path, round);
      return { ...sent };
    };
    const [fewSent, manySent] = [await bytesOf(few), await bytesOf(many)];
    const turns = await inTurns(
      CHANGES,
      (round) => change(few, round),
      (round) => change(many, round),
    );
    const one = "one task goes and comes back";
    return [
      { name: `${SERVICES} services × ${TASKS} tasks, all in one sandbox`, value: median(times), unit: "ms" },
      { name: "memory of the kernel for each service", value: median(memory) / 1_024, unit: "KiB" },
      { name: `${one}, of 1 service: sent to the kernel`, value: fewSent.bytes, unit: "bytes" },
      { name: `${one}, of ${SERVICES}: sent to the kernel`, value: manySent.bytes, unit: "bytes" },
      ratio(`${one}: bytes, ${SERVICES} / 1`, manySent.bytes / fewSent.bytes, 1.5, "at most"),
      ratio(`${one}: sends, ${SERVICES} / 1`, manySent.messages / fewSent.messages, 1.5, "at most"),
      { name: "one change, of 1 service", value: turns.one, unit: "ms" },
      { name: `one change, of ${SERVICES}`, value: turns.other, unit: "ms" },
      ratio(`one change: time, ${SERVICES} / 1`, turns.ratio, 1.5, "at most"),
    ];
  } finally {
    await engine.close();
    await pool.close();
  }
}

/** One port of the virtual IP of each service; tasks have addresses of their own. */
function planOf(namespacePath: string, number: number, tasks: number): readonly LinuxResource[] {
  const address = (from: number, at: number): string => `10.${from + (at >> 16)}.${(at >> 8) & 0xff}.${at & 0xff}`;
  const service: VirtualService = {
    serviceId: String(number),
    address: address(80, number + 1),
    protocol: "tcp",
    port: 80,
    scheduler: "rr",
    timeouts: { tcp: 7_200, tcpFin: 120, udp: 180 },
    backends: Array.from({ length: tasks }, (_, task) => ({
      endpointId: `${number}.${task}` as EndpointId,
      address: address(90, number * TASKS + task + 1),
      port: 8_080,
      weight: 1,
    })),
  };
  const view: BalancedView = {
    owner: { kind: "endpoint", id: "ab".repeat(32) },
    place: { type: "sandbox", namespacePath },
    services: [service],
  };
  return nftBalancer().plan(view);
}

/** Whatever is sent, at once or from another thread. */
function counting(libc: Libc, sent: { messages: number; bytes: number }): Libc {
  type Args = Parameters<Libc["send"]>;
  const count = (args: Args): Args => {
    sent.messages++;
    sent.bytes += Number(args[2]);
    return args;
  };
  const send = (...args: Args): number => libc.send(...count(args));
  const later = (...args: Args): Promise<number> => libc.send.async(...count(args));
  return { ...libc, send: Object.assign(send, { async: later }) };
}

/** What the kernel has taken for itself, on the whole machine. */
function kernelBytes(): number {
  const text = readFileSync("/proc/meminfo", "utf8");
  const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  return (kibibytes("Slab") + kibibytes("VmallocUsed") + kibibytes("Percpu")) * 1_024;
}
