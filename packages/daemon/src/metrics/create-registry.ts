import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { DaemonContext } from "../context.ts";
import { isRunning } from "../records/sandbox-record.ts";
import { VERSION } from "../version.ts";

/** A registry of its own: nobody else's metrics in this process are told. */
export function createRegistry({
  cnm,
  journal,
  records,
  dns,
}: Pick<DaemonContext, "cnm" | "journal" | "records" | "dns">): Registry {
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
