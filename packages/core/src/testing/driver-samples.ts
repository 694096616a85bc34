import type { EndpointContext, NetworkDraft, PlanningDriver } from "../contracts/driver.ts";
import type { HostFacts } from "../contracts/platform.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { EndpointId, NetworkId, SandboxId } from "../model/ids.ts";
import type { Family, Network, NetworkPool } from "../model/network.ts";
import type { Sandbox } from "../model/sandbox.ts";

/** A network as a user might ask for it. */
export interface NetworkSample {
  readonly options?: Readonly<Record<string, string>>;
  /** Default: those of the subject. */
  readonly families?: readonly Family[];
  readonly internal?: boolean;
  /** Subnets of each family. Default: 1. */
  readonly subnets?: number;
  /** The user named a gateway for each subnet. Default: false. */
  readonly gateway?: boolean;
}

/** What makes the records of one driver's networks: all of them frozen, so that a driver cannot alter one. */
export interface SampleMaker {
  draft(sample: NetworkSample, number: number): NetworkDraft;
  network(sample: NetworkSample, number: number): Network;
  endpoint(network: Network, number: number, more?: Partial<Endpoint>): Endpoint;
  context(network: Network, number: number): EndpointContext;
}

export function sampleMaker(
  driver: PlanningDriver,
  defaults: { readonly families: readonly Family[]; readonly host: HostFacts; readonly namespace: string },
): SampleMaker {
  const draft = (sample: NetworkSample, number: number): NetworkDraft => {
    const families = sample.families ?? defaults.families;
    return frozen({
      schema: 1,
      id: idOf("1", number) as NetworkId,
      name: `net${number}`,
      driver: driver.name,
      scope: driver.scope,
      created: CREATED,
      ipv4: families.includes(4),
      ipv6: families.includes(6),
      internal: sample.internal ?? false,
      attachable: false,
      labels: {},
      options: sample.options ?? {},
      ipam: { driver: driver.defaultIpam, options: {} },
      pools: subnetsOf(sample, families).map(({ family, at }) => ({
        family,
        subnet: subnetOf(family, number, at),
        ...(sample.gateway === true ? { gateway: addressOf(family, number, at, 1) } : {}),
      })),
    });
  };

  /** As IPAM settles it. */
  const network = (sample: NetworkSample, number: number): Network => {
    const asked = draft(sample, number);
    const { pools: _, ...rest } = asked;
    const hasAddresses = driver.defaultIpam !== "null";
    const pools = subnetsOf(sample, sample.families ?? defaults.families).map(({ family, at }): NetworkPool => {
      const isNeeded = sample.gateway === true || driver.needsGateway(asked, family);
      const names = driver.needsAddresses?.(asked, family) ?? [];
      return {
        family,
        poolId: `pool ${family} ${at}`,
        subnet: subnetOf(family, number, at),
        ...(isNeeded && hasAddresses ? { gateway: addressOf(family, number, at, 1) } : {}),
        auxAddresses: Object.fromEntries(names.map((name, index) => [name, addressOf(family, number, at, 9 - index)])),
      };
    });
    return frozen({ ...rest, state: "ready", ipam: { ...asked.ipam, pools } });
  };

  return {
    draft,
    network,
    endpoint: (on, number, more = {}) =>
      frozen({
        schema: 1,
        id: idOf("2", number) as EndpointId,
        name: `box${number}`,
        networkId: on.id,
        sandboxId: idOf("3", number) as SandboxId,
        state: "ready",
        created: CREATED,
        interfaceName: `${driver.interfacePrefix(on)}0`,
        macAddress: driver.sharesMac?.(on) === true ? "" : `02:00:00:00:00:${hex(number).padStart(2, "0")}`,
        addresses: driver.defaultIpam === "null" ? [] : addressesOf(on, number),
        aliases: [],
        ports: [],
        exposed: [],
        gatewayPriority: 0,
        gateway: { ipv4: false, ipv6: false },
        options: {},
        labels: {},
        ...more,
      }),
    context: (on, number) =>
      frozen({ network: on, sandbox: sandboxOf(number, `${defaults.namespace}${number}`), host: { ...defaults.host } }),
  };
}

const CREATED = "2026-01-01T00:00:00.000Z";

const sandboxOf = (number: number, path: string): Sandbox => ({
  schema: 1,
  id: idOf("3", number) as SandboxId,
  name: `box${number}`,
  state: "ready",
  created: CREATED,
  labels: {},
  namespace: { path, owned: true },
  sysctls: {},
});

/** In the first subnet of each family. */
function addressesOf({ ipam }: Network, number: number): Endpoint["addresses"] {
  return ([4, 6] as const).flatMap((family) => {
    const pool = ipam.pools.find((one) => one.family === family);
    if (pool === undefined) return [];
    const [prefix = "", length = ""] = pool.subnet.split("/");
    const address = family === 4 ? prefix.replace(/0$/, `${100 + number}`) : `${prefix}${hex(100 + number)}`;
    return [{ family, address: `${address}/${length}`, poolId: pool.poolId }];
  });
}

function subnetsOf({ subnets = 1 }: NetworkSample, families: readonly Family[]) {
  return families.flatMap((family) => Array.from({ length: subnets }, (_, at) => ({ family, at })));
}

const subnetOf = (family: Family, network: number, at: number): string =>
  family === 4 ? `10.${network}.${at}.0/24` : `fd07:${hex(network)}:${hex(at + 1)}::/64`;

const addressOf = (family: Family, network: number, at: number, host: number): string =>
  family === 4 ? `10.${network}.${at}.${host}` : `fd07:${hex(network)}:${hex(at + 1)}::${hex(host)}`;

const hex = (number: number): string => number.toString(16);
/** Differs at once: names on hosts are made of the first digits. */
const idOf = (kind: string, number: number): string => `${hex(number).padStart(2, "0")}${kind.repeat(62)}`;

function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) frozen(part);
  return Object.freeze(value);
}
