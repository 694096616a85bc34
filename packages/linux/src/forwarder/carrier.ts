import type { HeldPort } from "@cnm/core";
import type { ForwarderResource } from "../resources/resource.ts";

/** The socket that keeps a port. */
export interface HeldSocket {
  readonly port: HeldPort;
  readonly fd: number;
}

/** Carries the traffic of forwarded ports: in this process, or in one that outlives it. */
export interface Carrier {
  /** What is carried goes on when this process ends. */
  readonly outlives: boolean;
  /** Carries what comes to the socket from now on. The descriptor stays the caller's. */
  start(resource: ForwarderResource, held: HeldSocket): Promise<void>;
  /**
   * Connections that are going are cut. What is not carried is no error. `others`: something else is to be carried at once, so
   * nothing is given up that it needs.
   */
  stop(key: string, others?: boolean): Promise<void>;
  carried(): Promise<readonly ForwarderResource[]>;
  /** A socket that keeps the port because its traffic is carried since before this process began: the caller's from now on. */
  heldSocket(port: HeldPort): Promise<number | undefined>;
  /** Calls back when what was carried is so no more, and nobody has stopped it. */
  onLost(listener: () => void): Disposable;
  /** What does not outlive this process is stopped. */
  close(): Promise<void>;
}
