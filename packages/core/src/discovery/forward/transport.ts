import type { SandboxId } from "../../model/ids.ts";

export interface UpstreamServer {
  /** "192.0.2.53" or "fe80::1%eth0" */
  readonly address: string;
  /** From where it is asked: from the host, or from inside a sandbox. */
  readonly from: "host" | SandboxId;
}

/** One question to port 53 of one server, from a port that nobody can guess, and what came back. */
export interface Transport {
  /**
   * @param accepts Says whether a datagram is the answer. Others are dropped, and waiting goes on: anybody can send them.
   */
  exchangeUdp(
    server: UpstreamServer,
    query: Uint8Array,
    signal: AbortSignal,
    accepts: (answer: Uint8Array) => boolean,
  ): Promise<Uint8Array>;
  /** Both without the two bytes of length that go before a message on the wire. */
  exchangeTcp(server: UpstreamServer, query: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
}
