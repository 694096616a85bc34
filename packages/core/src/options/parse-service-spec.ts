import * as v from "valibot";
import { HEALTH_DEFAULTS, type HealthCheck } from "../model/health-check.ts";
import type { ConnectionTimeouts, EndpointMode, PublishedServicePort, Scheduler } from "../model/service.ts";
import { SCHEDULERS } from "../model/service.ts";
import type { HealthSpec } from "./health-spec.ts";
import { healthFields, readHealth } from "./parse-health-spec.ts";
import { readFields, strictFields } from "./read-fields.ts";
import { domain, integer, name, names, text, textMap } from "./schemas.ts";

/** A service spec with its defaults. */
export interface ServiceRequest {
  readonly name: string;
  readonly networks: readonly { readonly network: string; readonly aliases: readonly string[] }[];
  readonly endpointMode: EndpointMode;
  readonly ports: readonly PublishedServicePort[];
  readonly scheduler: Scheduler;
  readonly affinity?: number;
  readonly balancer?: string;
  readonly timeouts: ConnectionTimeouts;
  readonly drainTimeout: number;
  readonly healthCheck?: HealthCheck;
  readonly labels: Readonly<Record<string, string>>;
}

/** Linux begins to ask idle TCP peers whether they live after two hours: who keeps alive is kept. */
const TIMEOUTS: ConnectionTimeouts = { tcp: 7_200, tcpFin: 120, udp: 180 };
const DRAIN_TIMEOUT = 30;

/** IPVS keeps timeouts in jiffies of 32 bits: 24 days at 1,000 a second. */
const LONGEST = 2_073_600;

const range = (first: number, last: number) => {
  const message = `has to be from ${first} to ${last}`;
  return v.pipe(integer, v.minValue(first, message), v.maxValue(last, message));
};
const port = range(1, 65_535);
const seconds = range(1, LONGEST);

const network = v.lazy((input) =>
  typeof input === "string" ? name : strictFields({ network: name, aliases: v.exactOptional(names) }),
);

const FIELDS = {
  name: v.pipe(domain, v.regex(/^[^.]{1,63}$/, "has to be one word of at most 63 characters, as it is a host name")),
  networks: v.array(network, "has to be a list of networks"),
  endpointMode: v.picklist(["vip", "dnsrr"], "has to be vip or dnsrr"),
  ports: v.array(
    strictFields({
      published: v.exactOptional(port),
      target: port,
      protocol: v.exactOptional(v.picklist(["tcp", "udp", "sctp"], "has to be tcp, udp or sctp")),
      mode: v.exactOptional(v.picklist(["ingress", "host"], "has to be ingress or host")),
      name: v.exactOptional(text),
    }),
    "has to be a list of ports",
  ),
  scheduler: v.picklist(SCHEDULERS, `has to be one of ${SCHEDULERS.join(", ")}`),
  affinity: seconds,
  balancer: name,
  timeouts: strictFields({
    tcp: v.exactOptional(seconds),
    tcpFin: v.exactOptional(seconds),
    udp: v.exactOptional(seconds),
  }),
  drainTimeout: range(0, LONGEST),
  health: healthFields,
  labels: textMap,
};

/** Reads what a user gave. It throws nothing: all faults are told together. */
export function parseServiceSpec(input: unknown): {
  readonly request: ServiceRequest;
  readonly faults: readonly string[];
} {
  const { values, faults: shapeFaults } = readFields(input, FIELDS);
  const faults = [...shapeFaults];
  if (values.name === undefined && !faults.some((fault) => fault.startsWith("name "))) faults.push("name is missing");
  const endpointMode = values.endpointMode ?? "vip";
  const ports = (values.ports ?? []).map(
    ({ target, published = target, protocol = "tcp", mode = "ingress", ...rest }): PublishedServicePort => ({
      protocol,
      published,
      target,
      mode,
      ...rest,
    }),
  );
  faults.push(...portFaults(ports, endpointMode), ...networkFaults(values.networks ?? []));
  const healthCheck = values.health === undefined ? undefined : readCheck(values.health, faults);
  const request: ServiceRequest = {
    name: values.name ?? "",
    networks: (values.networks ?? []).map((given) =>
      typeof given === "string"
        ? { network: given, aliases: [] }
        : { network: given.network, aliases: given.aliases ?? [] },
    ),
    endpointMode,
    ports,
    scheduler: values.scheduler ?? "rr",
    ...(values.affinity === undefined ? {} : { affinity: values.affinity }),
    ...(values.balancer === undefined ? {} : { balancer: values.balancer }),
    timeouts: { ...TIMEOUTS, ...values.timeouts },
    drainTimeout: values.drainTimeout ?? DRAIN_TIMEOUT,
    ...(healthCheck === undefined ? {} : { healthCheck }),
    labels: values.labels ?? {},
  };
  return { request, faults };
}

function readCheck(health: HealthSpec, faults: string[]): HealthCheck | undefined {
  const before = faults.length;
  const { test, ...times } = readHealth(health, faults);
  if (test !== undefined) return { ...HEALTH_DEFAULTS, ...times, test };
  if (faults.length === before) faults.push("health needs a test: tcp, http or exec");
  return undefined;
}

function portFaults(ports: readonly PublishedServicePort[], endpointMode: EndpointMode): readonly string[] {
  const faults: string[] = [];
  const seen = new Map<string, number>();
  for (const [index, { protocol, published, mode }] of ports.entries()) {
    const key = `${published}/${protocol}`;
    const first = seen.get(key);
    if (first !== undefined) faults.push(`ports[${index}] publishes ${key}, and so does ports[${first}]`);
    else seen.set(key, index);
    if (endpointMode === "dnsrr" && mode === "ingress") {
      // Swarm's words, after which people search.
      const rule = "port published with ingress mode can't be used with dnsrr mode";
      faults.push(`ports[${index}] (${key}): ${rule}: publish it with mode host`);
    }
  }
  return faults;
}

function networkFaults(networks: readonly (string | { readonly network: string })[]): readonly string[] {
  const called = networks.map((given) => (typeof given === "string" ? given : given.network));
  return called.flatMap((given, index) => {
    const first = called.indexOf(given);
    return first === index ? [] : [`networks[${index}] is ${given}, and so is networks[${first}]`];
  });
}
