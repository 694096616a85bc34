import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { DaemonContext } from "../context.ts";
import { infos } from "../find/read-state.ts";
import { isRunning } from "../records/sandbox-record.ts";
import { VERSION } from "../version.ts";
import { endpointTraffic } from "./endpoint-traffic.ts";

/** A registry of its own: nobody else's metrics in this process are told. */
export function createRegistry({
  cnm,
  journal,
  records,
  dns,
  operations,
}: Pick<DaemonContext, "cnm" | "journal" | "records" | "dns" | "operations">): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({ name: "cnm_info", help: "Always 1", labelNames: ["version"], registers }).set({ version: VERSION }, 1);
  gauge("cnm_networks", "Networks by driver", ["driver"], async (metric) => {
    for (const handle of await cnm.networks()) metric.inc({ driver: (await handle.info()).driver });
  });
  gauge("cnm_endpoints", "Endpoints by network", ["network"], async (metric) => {
    for (const handle of await cnm.networks()) {
      metric.set({ network: handle.name }, (await handle.endpoints()).length);
    }
  });
  gauge("cnm_sandboxes", "Sandboxes", [], async (metric) => metric.set((await cnm.sandboxes()).length));
  gauge("cnm_services", "Services", [], async (metric) => metric.set((await cnm.services()).length));
  gauge("cnm_tasks", "Tasks by service and health", ["service", "health"], async (metric) => {
    for (const handle of await cnm.services()) {
      for (const { task } of await infos(await handle.tasks())) {
        if (task !== undefined) metric.inc({ service: handle.name, health: task.health });
      }
    }
  });
  gauge("cnm_programs_running", "Programs that the daemon started and that run", [], async (metric) => {
    metric.set(records.ids().filter((id) => isRunning(records.get(id))).length);
  });
  const events = new Counter({
    name: "cnm_events_total",
    help: "Events by type and action",
    labelNames: ["type", "action"],
    registers,
  });
  journal.on(({ Type, Action }) => events.inc({ type: Type, action: Action }));
  const repairs = new Counter({ name: "cnm_repairs_total", help: "Times that the host had to be mended", registers });
  cnm.on("repair", () => repairs.inc());
  const drifts = new Counter({
    name: "cnm_drift_total",
    help: "What the kernel told of that may be drift, by kind of object",
    labelNames: ["kind"],
    registers,
  });
  cnm.on("drift", ({ kind }) => drifts.inc({ kind }));
  const requests = new Histogram({
    name: "cnm_operation_seconds",
    help: "How long requests took, by route and status",
    labelNames: ["method", "path", "status"],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  });
  operations.onEnd(({ method, path, status, seconds }) => {
    requests.observe({ method, path, status: String(status) }, seconds);
  });
  new Counter({
    name: "cnm_endpoint_bytes_total",
    help: "Traffic of endpoints, as their sandboxes see it",
    labelNames: ["sandbox", "network", "direction"],
    registers,
    async collect() {
      this.reset();
      for (const { sandbox, network, rxBytes, txBytes } of await endpointTraffic(cnm)) {
        this.inc({ sandbox, network, direction: "in" }, rxBytes);
        this.inc({ sandbox, network, direction: "out" }, txBytes);
      }
    },
  });
  new Counter({
    name: "cnm_dns_queries_total",
    help: "DNS queries of sandboxes by how they ended",
    labelNames: ["result"],
    registers,
    collect() {
      this.reset();
      for (const [result, count] of Object.entries(dns.statistics.queries)) this.inc({ result }, count);
    },
  });
  const forwarding = new Histogram({
    name: "cnm_dns_forward_seconds",
    help: "How long name servers outside took to answer, or to fail",
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 1, 2.5, 5],
    registers,
  });
  dns.statistics.onForwarded((seconds) => forwarding.observe(seconds));
  return registry;

  function gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    collect: (metric: Gauge<L>) => Promise<void>,
  ): void {
    const metric: Gauge<L> = new Gauge<L>({
      name,
      help,
      labelNames: [...labelNames],
      registers,
      collect: async () => {
        metric.reset();
        await collect(metric);
      },
    });
  }
}
