import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { Closers, type Controller, createController, type Logger, openStore, type Platform } from "@cnm/core";
import type { DaemonContext } from "./context.ts";
import type { Daemon, RunOptions } from "./daemon.ts";
import { openDnsService } from "./dns/dns-service.ts";
import { openHostNameservers } from "./dns/host-nameservers.ts";
import { openHostResolvConf } from "./dns/host-resolv-conf.ts";
import { ensurePredefined } from "./engine/networks/predefined.ts";
import { renewSandboxFiles } from "./files/renew-sandbox-files.ts";
import { SandboxFiles } from "./files/sandbox-files.ts";
import { MARK, sandboxRunner } from "./health/sandbox-runner.ts";
import type { Host } from "./host/host.ts";
import { loadHost } from "./host/load-host.ts";
import { EventJournal } from "./journal/event-journal.ts";
import { recordEvents } from "./journal/record-events.ts";
import { createLogger } from "./log/create-logger.ts";
import { routes } from "./openapi/routes.ts";
import type { DaemonOptions, DaemonSettings } from "./options/daemon-options.ts";
import { parseDaemonOptions } from "./options/parse-daemon-options.ts";
import { SandboxRecords } from "./records/sandbox-records.ts";
import { openServer } from "./server/open-server.ts";
import { Operations } from "./server/operations.ts";
import { ServiceManager } from "./server/service-manager.ts";
import { Supervisor } from "./supervise/supervisor.ts";

export async function startDaemon(options: DaemonOptions, run: RunOptions): Promise<Daemon> {
  const settings = parseDaemonOptions(options);
  const logger = run.logger ?? createLogger(settings.logLevel);
  const signals = run.signals ?? true;
  if (signals) keepHeapSmall();
  const closers = new Closers();
  try {
    return await start(settings, logger, signals, await hostFor(run), closers);
  } catch (error) {
    await closers
      .close()
      .catch((undoing: unknown) => logger.error({ err: undoing }, "the start is not undone cleanly"));
    throw error;
  }
}

/**
 * Of a process that is ours alone: V8 lets a small heap grow to a multiple of what is in use before it looks for what is not.
 */
function keepHeapSmall(): void {
  setFlagsFromString("--heap-growing-percent=25");
}

async function hostFor({ openPlatform }: RunOptions): Promise<Host> {
  const host = await loadHost();
  return openPlatform === undefined ? host : { ...host, openPlatform };
}

async function start(
  settings: DaemonSettings,
  logger: Logger,
  signals: boolean,
  host: Host,
  closers: Closers,
): Promise<Daemon> {
  const context = await openContext(settings, logger, host, closers);
  const metrics = await openMetrics(context, closers);
  const server = await openServer(context, routes);
  closers.add(() => server.close());
  const manager = new ServiceManager(host, process.env);
  manager.tell("READY=1");
  logger.info({ socket: settings.socket }, "the daemon serves");

  let stopping: Promise<void> | undefined;
  let tell = (_: Promise<void>): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const stop = (): Promise<void> => {
    if (stopping === undefined) {
      manager.tell("STOPPING=1");
      logger.info({}, "the daemon stops");
      stopping = closers.close();
      tell(stopping.catch(() => undefined));
    }
    return stopping;
  };
  if (signals) stopAtSignals(stop, closers, logger);
  return {
    socket: settings.socket,
    tcpPort: server.tcpPort,
    metricsPort: metrics?.port,
    stopped,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function openContext(
  settings: DaemonSettings,
  logger: Logger,
  host: Host,
  closers: Closers,
): Promise<DaemonContext> {
  const store = await openStore(join(settings.state, "store"));
  const closeStore = async (error: unknown) => {
    await store.close();
    throw error;
  };
  const records = await SandboxRecords.open(store).catch(closeStore);
  const platform = await host.openPlatform({ runDir: settings.run, firewall: settings.firewall }).catch(closeStore);
  const left = host.endMarked?.(MARK, settings.state) ?? 0;
  if (left > 0) logger.warn({ count: left }, "programs of health tests were left by a daemon that was killed");
  const files = new SandboxFiles(settings.state);
  const runInSandbox = host.endMarked && sandboxRunner({ host, files, records, state: settings.state });
  const cnm = await createController({
    platform,
    store,
    logger,
    autoRepair: true,
    ...(runInSandbox === undefined ? {} : { runInSandbox }),
  });
  closers.add(() => cnm.close());
  await ensurePredefined(cnm);
  const journal = new EventJournal();
  const recording = await recordEvents(cnm, journal);
  closers.add(() => recording[Symbol.dispose]());
  const names = await openNames(settings, { cnm, platform, files, logger }, closers);
  const supervisor = new Supervisor({ cnm, host, records, files, journal, logger });
  closers.add(() => supervisor.close());
  const mended = cnm.on("repair", ({ change }) => {
    const keys = [...new Set([...change.remove, ...change.add].map(({ key }) => key))];
    logger.warn({ keys }, "the host was not as it should be, and is mended");
  });
  closers.add(() => mended[Symbol.dispose]());
  const lost = cnm.on("sandbox.lost", ({ sandbox }) => {
    supervisor
      .forget(sandbox.id)
      .catch((error: unknown) => logger.error({ err: error }, "a lost sandbox is not cleared away"));
  });
  closers.add(() => lost[Symbol.dispose]());
  await supervisor.recover();
  const started = new Date().toISOString();
  return {
    cnm,
    host,
    settings,
    features: () => platform.features(),
    drivers: platform.drivers.map(({ name }) => name),
    records,
    files,
    ...names,
    supervisor,
    journal,
    operations: new Operations(),
    logger,
    started,
  };
}

interface NameParts {
  readonly cnm: Controller;
  readonly platform: Platform;
  readonly files: SandboxFiles;
  readonly logger: Logger;
}

/** Resolvers of sandboxes, which follow what the host's own resolver is told. */
async function openNames(
  settings: DaemonSettings,
  parts: NameParts,
  closers: Closers,
): Promise<Pick<DaemonContext, "dns" | "resolvConf">> {
  let changed = (): void => undefined;
  const resolvConf =
    settings.resolvConf === undefined
      ? await openHostNameservers(parts.platform, () => changed(), parts.logger)
      : await openHostResolvConf(settings.resolvConf, () => changed(), parts.logger);
  closers.add(() => resolvConf.close());
  const dns = await openDnsService({ ...parts, host: () => resolvConf.current });
  closers.add(() => dns.close());
  const names = { ...parts, dns, resolvConf };
  changed = () => {
    dns.forgetOutside();
    void renewSandboxFiles(names);
  };
  await renewSandboxFiles(names);
  return { dns, resolvConf };
}

async function openMetrics(context: DaemonContext, closers: Closers) {
  const at = context.settings.metrics;
  if (at === undefined) return undefined;
  const { serveMetrics } = await import("./metrics/serve-metrics.ts");
  const metrics = await serveMetrics(context, at);
  closers.add(() => metrics.close());
  return metrics;
}

function stopAtSignals(stop: () => Promise<void>, closers: Closers, logger: Logger): void {
  const onSignal = (): void => {
    stop().catch((error: unknown) => {
      logger.error({ err: error }, "the daemon is not stopped cleanly");
      process.exitCode = 1;
    });
  };
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, onSignal);
    closers.add(() => void process.off(name, onSignal));
  }
}
