import { TARGET } from "./target.ts";

/** What of a service may change later, with everything said: nothing is left to defaults. */
export interface DrawnService {
  readonly ports: readonly {
    readonly published: number;
    readonly target: number;
    readonly protocol: "tcp" | "udp";
    readonly mode: "ingress" | "host";
  }[];
  readonly scheduler: "rr" | "wrr" | "sh" | "mh";
  /** null: none. */
  readonly affinity: number | null;
}

/** Apart from the ports that endpoints publish; so few that services quarrel over them. */
export const SERVICE_PORTS = { first: 8_100, count: 12 } as const;

const MOST = 3;
const SCHEDULERS = ["rr", "wrr", "sh", "mh"] as const;

export function drawService(random: () => number, endpointMode: "vip" | "dnsrr"): DrawnService {
  const below = (limit: number): number => Math.floor(random() * limit);
  const published = new Set(
    Array.from({ length: below(MOST + 1) }, () => SERVICE_PORTS.first + below(SERVICE_PORTS.count)),
  );
  const ports = [...published].map((port) => {
    const protocol = random() < 0.6 ? "tcp" : "udp";
    const mode = endpointMode === "dnsrr" || random() < 0.15 ? "host" : "ingress";
    return { published: port, target: TARGET[protocol], protocol, mode } as const;
  });
  const scheduler = SCHEDULERS[below(SCHEDULERS.length)] ?? "rr";
  return { ports, scheduler, affinity: random() < 0.15 ? 1 + below(600) : null };
}
