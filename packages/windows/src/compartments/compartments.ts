import type { Duplex } from "node:stream";
import type { CallOptions, ConnectTarget, NameServer, NameServerSpec, NameServerUpstream } from "@cnm/core";

/**
 * Sockets inside network compartments. A socket belongs to the compartment of the thread that made it, for life: each
 * compartment that is in use has a thread of its own, with its own event loop.
 */
export interface Compartments {
  /** See `Platform.openNameServer`. */
  openNameServer(spec: NameServerSpec): Promise<NameServer>;
  /** See `Platform.upstream`. */
  readonly upstream: NameServerUpstream;
  /** See `Platform.connect`. */
  connect(target: ConnectTarget, options?: CallOptions): Promise<Duplex>;
  /** Closes what is still open, and ends the threads. */
  close(): Promise<void>;
}

export interface CompartmentsParts {
  /**
   * The number of the compartment that a sandbox's path stands for. Throws CnmError `not-found` when there is no such
   * sandbox; `unavailable` when its compartment is not there yet.
   */
  readonly compartmentOf: (namespacePath: string) => Promise<number>;
  /** For tests: another library with the compartments' functions, and another file with the threads' program. */
  readonly iphlpapi?: string;
  readonly threadFile?: URL;
}
