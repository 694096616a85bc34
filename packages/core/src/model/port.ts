export type Protocol = "tcp" | "udp" | "sctp";

/** A published port after allocation: exactly one host address and one port. */
export interface PublishedPort {
  readonly protocol: Protocol;
  /** "0.0.0.0", "::", "192.0.2.7", "127.0.0.1", "::1" */
  readonly hostAddress: string;
  /** 1–65535. In routed gateway mode no host port is taken, and this is 0. */
  readonly hostPort: number;
  readonly targetPort: number;
}

/** A published port as a user asks for it. */
export interface PortRequest {
  readonly protocol: Protocol;
  /** Absent: the network's default binding address, and `::` beside it where the host has IPv6. */
  readonly hostAddress?: string;
  /** Absent: any free port of the ephemeral range. first = last: just this one. A longer range: the first free one. */
  readonly hostPorts?: { readonly first: number; readonly last: number };
  readonly targetPort: number;
}

export interface ExposedPort {
  readonly protocol: Protocol;
  readonly port: number;
}
