import assert from "node:assert/strict";
import type {
  Endpoint,
  EndpointId,
  Family,
  HostFacts,
  Network,
  NetworkId,
  NetworkPool,
  PlanningDriver,
  Sandbox,
  SandboxId,
} from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { resourceKey } from "../../resources/resource-key.ts";

/** A network and an endpoint on it, as far as they are not the usual. */
export interface Mix {
  readonly options?: Readonly<Record<string, string>>;
  /** Default: both. */
  readonly families?: readonly Family[];
  readonly internal?: boolean;
  /** Default: true. */
  readonly gateway?: boolean;
  /** Default: 1. */
  readonly subnets?: number;
  /** Which of the subnets the endpoint's addresses are of. Default: the first. */
  readonly subnet?: number;
  readonly ipam?: "null";
  /** Default: true. */
  readonly ownNamespace?: boolean;
  readonly endpoint?: Partial<Endpoint>;
}

interface Golden {
  expectSame(name: string, document: Readonly<Record<string, readonly unknown[]>>): void;
}

const HOST: HostFacts = { id: "a".repeat(64), ipv6: true, mtu: 1500 };
const NETWORK_ID = `${"1".repeat(12)}${"4".repeat(52)}` as NetworkId;
const ENDPOINT_ID = "2".repeat(64) as EndpointId;
const SANDBOX_ID = "3".repeat(64) as SandboxId;
const CREATED = "2025-01-01T00:00:00.000Z";

/** Writes down, or compares, what a driver on a parent plans. */
export function expectGolden(golden: Golden, driver: PlanningDriver<LinuxResource>, name: string, mix: Mix): void {
  const network = networkOf(driver, mix);
  const { pools, ...ipam } = network.ipam;
  assert.deepEqual(driver.networkFaults({ ...network, ipam, pools }), []);
  const endpoint = endpointOf(driver, network, mix);
  assert.deepEqual(driver.endpointFaults({ options: endpoint.options, ports: endpoint.ports }, network), []);
  golden.expectSame(name, {
    network: sound(driver.planNetwork(network, HOST)).map(readable),
    endpoint: sound(driver.planEndpoint(endpoint, { network, sandbox: sandboxOf(mix), host: HOST })).map(readable),
  });
}

function sound(resources: readonly LinuxResource[]): readonly LinuxResource[] {
  assert.deepEqual(
    resources.map(({ key }) => key),
    resources.map(resourceKey),
  );
  return resources;
}

function networkOf(driver: PlanningDriver, mix: Mix): Network {
  const { families = [4, 6], internal = false, options = {} } = mix;
  const record: Network = {
    schema: 1,
    id: NETWORK_ID,
    name: "lan",
    driver: driver.name,
    scope: "local",
    state: "ready",
    created: CREATED,
    ipv4: families.includes(4),
    ipv6: families.includes(6),
    internal,
    attachable: false,
    labels: {},
    options,
    ipam: { driver: mix.ipam ?? "default", options: {}, pools: [] },
  };
  const pools = families.flatMap((family) =>
    Array.from({ length: mix.subnets ?? 1 }, (_, at) => poolOf(driver, record, family, at, mix)),
  );
  return { ...record, ipam: { ...record.ipam, pools } };
}

function poolOf(driver: PlanningDriver, record: Network, family: Family, at: number, mix: Mix): NetworkPool {
  if (mix.ipam === "null") {
    return { family, poolId: "null", subnet: family === 4 ? "0.0.0.0/0" : "::/0", auxAddresses: {} };
  }
  const names = driver.needsAddresses?.({ ...record, pools: [] }, family) ?? [];
  return {
    family,
    poolId: `pool${family}.${at}`,
    subnet: family === 4 ? `10.${at}.0.0/24` : `fd0${at}::/64`,
    ...(mix.gateway === false ? {} : { gateway: addressIn(family, at, 1) }),
    auxAddresses: Object.fromEntries(names.map((name) => [name, addressIn(family, at, 9)])),
  };
}

const addressIn = (family: Family, at: number, host: number): string =>
  family === 4 ? `10.${at}.0.${host}` : `fd0${at}::${host}`;

function endpointOf(driver: PlanningDriver, network: Network, mix: Mix): Endpoint {
  const at = mix.subnet ?? 0;
  const bits = { 4: 24, 6: 64 };
  const pools = mix.ipam === "null" ? [] : network.ipam.pools.filter(({ poolId }) => poolId.endsWith(`.${at}`));
  const addresses = pools.map(({ family, poolId }) => {
    return { family, poolId, address: `${addressIn(family, at, 2)}/${bits[family]}` };
  });
  const leads = (family: Family): boolean => driver.offersGateway(network, family, { addresses });
  return {
    schema: 1,
    id: ENDPOINT_ID,
    name: "box",
    networkId: NETWORK_ID,
    sandboxId: SANDBOX_ID,
    state: "ready",
    created: CREATED,
    interfaceName: `${driver.interfacePrefix(network)}0`,
    macAddress: driver.sharesMac?.(network) === true ? "" : "02:00:00:00:00:02",
    addresses,
    aliases: [],
    ports: [],
    exposed: [],
    gatewayPriority: 0,
    gateway: { ipv4: leads(4), ipv6: leads(6) },
    options: {},
    labels: {},
    ...mix.endpoint,
  };
}

const sandboxOf = ({ ownNamespace = true }: Mix): Sandbox => ({
  schema: 1,
  id: SANDBOX_ID,
  name: "box",
  state: "ready",
  created: CREATED,
  labels: {},
  namespace: ownNamespace
    ? { path: "/run/cnm/netns/333333333333", owned: true }
    : { path: "/proc/4242/ns/net", owned: false },
  sysctls: {},
});

function readable({ key: _, owner, shared, ...rest }: LinuxResource): object {
  return { owner: owner.kind, ...(shared === true ? { shared } : {}), ...rest };
}
