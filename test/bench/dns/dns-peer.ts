/** A name server that is running on a processor of its own, and a namespace from which it is asked. */
export interface DnsPeer {
  readonly name: string;
  /** Of the client: where dnsperf runs. */
  readonly namespacePath: string;
  readonly server: string;
  /** From where it asks others. */
  readonly askerPath: string;
  close(): Promise<void>;
}

/** Every server knows this name, and nothing else. */
export const LOCAL_NAME = "peer1";

/** Server and client on different processors, the same for every peer. */
export const onServerCore: readonly string[] = ["taskset", "-c", "0"];
export const onClientCore: readonly string[] = ["taskset", "-c", "1"];
