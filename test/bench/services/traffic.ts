import type { JoinSpec } from "@cnm/core";
import { openNamespace } from "@cnm/linux";
import type { Machine } from "../attach/machine.ts";
import { stream } from "../dataplane/stream.ts";
import { type BenchRow, median } from "../report.ts";
import { ratio } from "../scale/ratio.ts";
import { ScaleHost } from "../scale/scale-host.ts";
import { serveIperf, stop } from "../scale/throughput.ts";
import { type Place, routeDirectly } from "./direct-routing.ts";
import { exchange, listen, type Target } from "./exchange.ts";
import { HaProxy } from "./haproxy.ts";

const ROUNDS = 15;
const WARM_UP = 2;
const CONNECTIONS = 500;
const STREAM = 5_201;
const CONNECT = 5_202;
const TICK = 1_000_000;
/** Outside the range that the network gives its members. */
const DIRECT = "10.68.0.250";

const WAYS = ["directly", "by the virtual IP", "by the host's port", "by direct routing", "by HAProxy"] as const;
type Way = (typeof WAYS)[number];

/**
 * One client and one task: to the task's own address, to the virtual IP of its service, to a port of the host that is published
 * for the service (translated at the host, where every packet then passes), by direct routing that is made by hand, and to an
 * HAProxy in a sandbox between them.
 * Each way gets its turn in each round; what is judged is the median of each round's ratios, for each second of a processor.
 */
export async function traffic(machine: Machine): Promise<readonly BenchRow[]> {
  const host = await ScaleHost.open(machine, "traffic");
  try {
    const network = await host.cnm.createNetwork({
      name: "traffic",
      ipam: { subnets: [{ subnet: "10.68.0.0/24", ipRange: "10.68.0.0/25" }] },
    });
    const ports = [STREAM, CONNECT].map((target) => ({ target }));
    const service = await host.cnm.createService({ name: "web", networks: ["traffic"], ports });
    const place = async (name: string, spec: JoinSpec = {}): Promise<Place> => {
      const box = await host.cnm.createSandbox({ name });
      const { addresses } = await (await box.join(network, spec)).info();
      return { path: (await box.info()).namespace.path, address: bare(addresses) };
    };
    const client = await place("client");
    const task = await place("task", { service: "web" });
    const between = await place("between");
    routeDirectly(DIRECT, await place("director"), [task]);
    const addresses: Readonly<Record<Way, string>> = {
      directly: task.address,
      "by the virtual IP": bare((await service.info()).networks[0]?.vips ?? []),
      "by the host's port": ScaleHost.ADDRESS,
      "by direct routing": DIRECT,
      "by HAProxy": between.address,
    };
    const proxy = await HaProxy.start(between.path, machine.path("haproxy.cfg"), {
      ports: [STREAM, CONNECT],
      tasks: [task.address],
    });
    const inside = openNamespace(machine.libc, client.path);
    const server = openNamespace(machine.libc, task.path);
    const listener = listen(machine.libc, server, CONNECT);
    const proxySeconds = (way: Way): number => (way === "by HAProxy" ? proxy.processorSeconds() : 0);
    try {
      const connect = async (way: Way): Promise<number> => {
        const target: Target = { address: addresses[way], port: CONNECT };
        const [before, others] = [process.cpuUsage(), proxySeconds(way)];
        exchange(machine.libc, inside, listener, target, CONNECTIONS);
        const { user, system } = process.cpuUsage(before);
        return CONNECTIONS / ((user + system) / TICK + proxySeconds(way) - others);
      };
      const send = async (way: Way): Promise<number> => {
        // A new one each time: through a proxy, it is told late that its client has gone, and has no time for the next.
        const iperf = await serveIperf(task.path, STREAM);
        const others = proxySeconds(way);
        const side = { client: Object.assign(inside, { path: client.path }), address: addresses[way] };
        const { gigabitsPerSecond, gigabitsPerProcessorSecond } = await stream(side, STREAM).finally(() => stop(iperf));
        // Of one second.
        return gigabitsPerSecond / (gigabitsPerSecond / gigabitsPerProcessorSecond + proxySeconds(way) - others);
      };
      return [
        ...(await inAllWays("new TCP connections", "/s of CPU", connect)),
        ...(await inAllWays("one TCP stream", "Gbit/CPU s", send)),
      ];
    } finally {
      machine.libc.close(listener);
      await proxy.close();
      inside.close();
      server.close();
    }
  } finally {
    await host.close();
  }
}

async function inAllWays(
  what: string,
  unit: string,
  measure: (way: Way) => Promise<number>,
): Promise<readonly BenchRow[]> {
  const rounds: Record<Way, number>[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const values: Partial<Record<Way, number>> = {};
    for (const way of round % 2 === 0 ? WAYS : WAYS.toReversed()) values[way] = await measure(way);
    if (round >= 0) rounds.push(values as Record<Way, number>);
  }
  const against = (way: Way): number => median(rounds.map((values) => values["by the virtual IP"] / values[way]));
  return [
    ...WAYS.map((way) => ({ name: `${what}, ${way}`, value: median(rounds.map((values) => values[way])), unit })),
    ratio(`${what}: virtual IP / directly`, against("directly"), 0.9, "at least"),
    ratio(`${what}: virtual IP / HAProxy`, against("by HAProxy"), 1, "at least"),
    { name: `${what}: virtual IP / the host's port`, value: against("by the host's port"), unit: "×" },
    { name: `${what}: virtual IP / direct routing`, value: against("by direct routing"), unit: "×" },
  ];
}

const bare = ([first]: readonly { readonly address: string }[]): string => first?.address.replace(/\/.*/, "") ?? "";
