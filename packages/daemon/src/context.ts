import type { Controller, Features, Logger } from "@cnm/core";
import type { DnsService } from "./dns/dns-service.ts";
import type { HostResolvConf } from "./dns/host-resolv-conf.ts";
import type { SandboxFiles } from "./files/sandbox-files.ts";
import type { Host } from "./host/host.ts";
import type { EventJournal } from "./journal/event-journal.ts";
import type { DaemonSettings } from "./options/daemon-options.ts";
import type { SandboxRecords } from "./records/sandbox-records.ts";
import type { Operations } from "./server/operations.ts";
import type { Supervisor } from "./supervise/supervisor.ts";

/** What routes work with. */
export interface DaemonContext {
  readonly cnm: Controller;
  readonly host: Host;
  /** What this host can do. */
  features(): Promise<Features>;
  /** The names of its network drivers. */
  readonly drivers: readonly string[];
  readonly settings: DaemonSettings;
  readonly records: SandboxRecords;
  readonly files: SandboxFiles;
  readonly dns: DnsService;
  /** The host's. */
  readonly resolvConf: HostResolvConf;
  readonly supervisor: Supervisor;
  readonly journal: EventJournal;
  readonly operations: Operations;
  readonly logger: Logger;
  /** ISO 8601 */
  readonly started: string;
}
