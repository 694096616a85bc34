import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { DaemonContext } from "../context.ts";
import { isRunning } from "../records/sandbox-record.ts";
import { VERSION } from "../version.ts";

/** A registry of its own: nobody else's metrics in this process are told. */
export function createRegistry({
  cnm,
  journal,
  records,
}: Pick<DaemonContext, "cnm" | "journal" | "records">): Registry {
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
