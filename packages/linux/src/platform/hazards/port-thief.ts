import { readFileSync } from "node:fs";
import { type Finding, formatOwner } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { type HazardParts, hazard } from "./hazard.ts";

/**
 * Published SCTP ports at which a process listens, too. Ports of other protocols are kept by sockets of ours, and who has one
 * that could not be kept is told by its finding; SCTP cannot be kept where the kernel got it only later.
 */
export function portThieves({ host, isHeld }: HazardParts, wanted: readonly LinuxResource[]): readonly Finding[] {
  const unheld = wanted.flatMap((resource) =>
    resource.kind === "port" && resource.protocol === "sctp" && !isHeld(resource) ? [resource] : [],
  );
  if (unheld.length === 0) return [];
  const endpoints = sctpEndpoints(host.enter(readEndpoints));
  return unheld.flatMap(({ address, port, owner }) => {
    const thief = endpoints.find((endpoint) => endpoint.port === port);
    if (thief === undefined) return [];
    const key = `${address}:${port}/sctp`;
    return [
      hazard({
        object: "port-taken",
        key,
        message: `a process of user ${thief.user} listens on port ${key}, which ${formatOwner(owner)} publishes: connections from this host may reach it instead`,
        cause: "end the process (ss --sctp --listening --processes names it), or publish on another port",
      }),
    ];
  });
}

export interface SctpEndpoint {
  readonly port: number;
  readonly user: string;
}

/** /proc/net/sctp/eps: ENDPT SOCK STY SST HBKT LPORT UID INODE LADDRS */
export function sctpEndpoints(text: string): readonly SctpEndpoint[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, , , , , port, user] = line.trim().split(/\s+/);
      return port === undefined || user === undefined ? [] : [{ port: Number(port), user }];
    });
}

function readEndpoints(): string {
  try {
    return readFileSync("/proc/thread-self/net/sctp/eps", "utf8");
  } catch {
    // This kernel has no SCTP, or not yet.
    return "";
  }
}
