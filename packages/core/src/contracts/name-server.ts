/** How a query came, and how its answer goes back. */
export type Via = "udp" | "tcp";

/** Who asks. */
export interface NameServerPeer {
  readonly address: string;
  readonly port: number;
}

/**
 * Turns a DNS message into the one that answers it; undefined: no answer. What is returned at once goes out together with
 * the answers to what came in together. `query` and `peer` are good until the call returns: who promises an answer copies
 * what it still needs. An answer over UDP has to fit the asker's size; nothing is cut here. Over UDP any
 * number of answers may be promised at a time: who promises sets the limit.
 */
export type AnswerQuery = (
  query: Uint8Array,
  via: Via,
  peer: NameServerPeer,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

export interface NameServerSpec {
  /** The sandbox's namespace. It lives on until the server is closed, even if it is deleted before. */
  readonly namespacePath: string;
  /**
   * Answers come from it. "127.0.0.11" is there in every sandbox whose loopback is up, IPv6-only ones included. For programs
   * that use IPv6 alone, one of the sandbox's own unique local addresses (fd00::/8), which it may be given later.
   */
  readonly address: string;
  /** Default: 53. */
  readonly port?: number;
  readonly answer: AnswerQuery;
  /**
   * So many ms after the last whole query, or while answers are not taken, a TCP connection is cut. One that waits for
   * promised answers is not idle. Default: 10,000.
   */
  readonly idleTimeout?: number;
  /** Hears what fails while it serves: an answer that throws, a socket that breaks. The server goes on. */
  readonly onFailure?: (error: unknown) => void;
}

export interface NameServer {
  /** Resolves when its sockets and connections are closed. Answers that are still promised are dropped. */
  close(): Promise<void>;
}

/** Where a query starts from: "host", or inside the namespace at a path. */
export type Vantage = "host" | { readonly namespacePath: string };

/**
 * One query to one server, each from a socket of its own with a random port; only that server's answer to that ID counts.
 * Throws CnmError `unavailable` when the server cannot be reached or refuses, `not-found` when the namespace is gone; the
 * signal's reason when it aborts. There is no other time limit.
 */
export interface NameServerUpstream {
  /**
   * @param accepts Says whether a datagram of the server is the answer; others are dropped, for anybody can send in its
   *   name. Default: one with the query's id is.
   */
  exchangeUdp(
    from: Vantage,
    server: NameServerPeer,
    query: Uint8Array,
    signal: AbortSignal,
    accepts?: (answer: Uint8Array) => boolean,
  ): Promise<Uint8Array>;
  exchangeTcp(from: Vantage, server: NameServerPeer, query: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
}
