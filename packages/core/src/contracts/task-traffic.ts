import type { Protocol } from "../model/port.ts";
import type { CallOptions } from "./platform.ts";

/** Where connections to a task may be known, and what they lead to. */
export interface TaskTraces {
  /** Sandboxes whose connections are balanced there. */
  readonly namespacePaths: readonly string[];
  /** The host leads connections to it as well. */
  readonly host: boolean;
  readonly targets: readonly TaskTarget[];
}

export interface TaskTarget {
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
}

/** Where datagrams are translated at one place, and where to. */
export interface DatagramPlace {
  /** Absent: the host. */
  readonly namespacePath?: string;
  /** Whatever leads elsewhere than into these is somebody else's. CIDRs. */
  readonly subnets: readonly string[];
  readonly leads: readonly DatagramLead[];
}

export interface DatagramLead {
  /** Absent: any of the place's own. */
  readonly address?: string;
  readonly port: number;
  readonly target: string;
  readonly targetPort: number;
}

/** What the kernel remembers of connections that were balanced. */
export interface TaskTraffic {
  /** How many are open: TCP and SCTP, for UDP has none that could end. */
  open(traces: TaskTraces, options?: CallOptions): Promise<number>;
  /**
   * Makes the kernel forget them: what still comes of them is answered by nobody, and new packets of a UDP client go to
   * another task. Without `protocol`, of all protocols.
   */
  forget(traces: TaskTraces, protocol?: Protocol): Promise<void>;
  /**
   * Makes the kernel forget datagrams that lead where nothing leads any more, or that were sent to a virtual port before there
   * was one: as long as a client goes on sending, they would take the remembered way.
   */
  settleDatagrams(place: DatagramPlace): Promise<void>;
}
