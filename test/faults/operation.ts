import type { Health } from "@cnm/core";
import { type DrawnService, drawService } from "./draw-service.ts";
import { seededRandom } from "./seeded-random.ts";
import { TARGET } from "./target.ts";

/** What a user might do, drawn before it is known what there is. */
export type Operation =
  | {
      readonly kind: "create-network";
      readonly name: string;
      readonly ipv4: boolean;
      readonly ipv6: boolean;
      readonly internal: boolean;
      readonly icc: boolean;
      /** So many endpoints on each of its bridges; 0: all on one. */
      readonly segmentSize: number;
    }
  /** `foreign`: which of the harness's namespaces; a new one if absent. */
  | { readonly kind: "create-sandbox"; readonly name: string; readonly foreign?: number }
  | {
      readonly kind: "join";
      readonly sandbox: string;
      readonly network: string;
      readonly ports: readonly string[];
      /** Works for it, on whichever of its networks. */
      readonly task?: { readonly service: string; readonly weight: number };
    }
  /** `which`: 0 is the sandbox's first endpoint, almost 1 its last. */
  | { readonly kind: "leave"; readonly sandbox: string; readonly which: number }
  | { readonly kind: "remove-sandbox"; readonly name: string }
  | { readonly kind: "remove-network"; readonly name: string }
  | {
      readonly kind: "create-service";
      readonly name: string;
      readonly networks: readonly string[];
      readonly endpointMode: "vip" | "dnsrr";
      readonly spec: DrawnService;
    }
  | {
      readonly kind: "update-service";
      readonly name: string;
      readonly specs: Readonly<Record<EndpointMode, DrawnService>>;
    }
  | { readonly kind: "remove-service"; readonly name: string }
  | { readonly kind: "set-health"; readonly service: string; readonly which: number; readonly health: Health }
  | { readonly kind: "set-weight"; readonly service: string; readonly which: number; readonly weight: number }
  /** Is the host as it should be, between all these? */
  | { readonly kind: "look" };

type EndpointMode = "vip" | "dnsrr";

export const FOREIGN = 2;

const NETWORKS = ["red", "green", "blue", "white"];
const OWN = ["a", "b", "c", "d"];
/** One more than there are namespaces, so that two want the same. */
const GUESTS = ["guest0", "guest1", "guest2"];
const SERVICES = ["web", "api", "cache"];
const HEALTHS: readonly Health[] = ["healthy", "healthy", "unhealthy", "starting", "none"];
const HEAVIEST = 4;
const WEIGHTS: Readonly<Record<Operation["kind"], number>> = {
  "create-network": 4,
  "create-sandbox": 5,
  join: 10,
  leave: 4,
  "remove-sandbox": 2,
  "remove-network": 2,
  "create-service": 6,
  "update-service": 3,
  "remove-service": 2,
  "set-health": 5,
  "set-weight": 2,
  look: 1,
};

/** The operation of this number: the same whatever happened before it. */
export function drawOperation(seed: number, number: number): Operation {
  const random = seededRandom(seed * 100_003 + number * 7_919);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(of: readonly T[]): T => {
    const found = of[below(of.length)];
    if (found === undefined) throw new Error("picked from nothing");
    return found;
  };
  const kinds = Object.entries(WEIGHTS).flatMap(([kind, weight]) => Array<string>(weight).fill(kind));
  const kind = pick(kinds) as Operation["kind"];
  switch (kind) {
    case "create-network": {
      const families = pick(["4", "4", "46", "46", "46", "6"]);
      const [ipv4, ipv6] = [families.includes("4"), families.includes("6")];
      const [internal, icc] = [random() < 0.2, random() < 0.8];
      return { kind, name: pick(NETWORKS), ipv4, ipv6, internal, icc, segmentSize: pick([0, 1, 2]) };
    }
    case "create-sandbox": {
      const guest = random() < 0.35;
      return guest ? { kind, name: pick(GUESTS), foreign: below(FOREIGN) } : { kind, name: pick(OWN) };
    }
    case "join": {
      const base = { kind, sandbox: pick([...OWN, ...GUESTS]), network: pick(NETWORKS), ports: drawPorts(random) };
      return random() < 0.5 ? base : { ...base, task: { service: pick(SERVICES), weight: 1 + below(HEAVIEST) } };
    }
    case "leave":
      return { kind, sandbox: pick([...OWN, ...GUESTS]), which: random() };
    case "remove-sandbox":
      return { kind, name: pick([...OWN, ...GUESTS]) };
    case "remove-network":
      return { kind, name: pick(NETWORKS) };
    case "create-service": {
      const endpointMode = random() < 0.8 ? "vip" : "dnsrr";
      const networks = [...new Set(Array.from({ length: 1 + below(2) }, () => pick(NETWORKS)))];
      return { kind, name: pick(SERVICES), networks, endpointMode, spec: drawService(random, endpointMode) };
    }
    case "update-service": {
      const specs = { vip: drawService(random, "vip"), dnsrr: drawService(random, "dnsrr") };
      return { kind, name: pick(SERVICES), specs };
    }
    case "remove-service":
      return { kind, name: pick(SERVICES) };
    case "set-health":
      return { kind, service: pick(SERVICES), which: random(), health: pick(HEALTHS) };
    case "set-weight":
      return { kind, service: pick(SERVICES), which: random(), weight: 1 + below(HEAVIEST) };
    case "look":
      return { kind };
  }
}

const FIRST_PORT = 8000;
const PORTS = 24;

function drawPorts(random: () => number): readonly string[] {
  const count = Math.floor(random() * 4);
  const ports = new Set<number>();
  while (ports.size < count) ports.add(FIRST_PORT + Math.floor(random() * PORTS));
  return [...ports].map((port) => {
    const protocol = random() < 0.7 ? "tcp" : "udp";
    const address = random() < 0.7 ? "" : random() < 0.5 ? "127.0.0.1:" : "[::1]:";
    return `${address}${port}:${TARGET[protocol]}/${protocol}`;
  });
}
