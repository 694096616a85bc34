import { join } from "node:path";
import type {
  Endpoint,
  EndpointId,
  Family,
  HostFacts,
  JoinSpec,
  Network,
  NetworkId,
  NetworkPool,
  PlanningDriver,
  PublishedPort,
  Sandbox,
  SandboxId,
} from "@cnm/core";
import { afterAll, describe, expect, it } from "vitest";
import { GoldenFolder } from "../../../../test/support/golden.ts";
import type { WindowsResource } from "../resources/resource.ts";
import { planPeer } from "./overlay/plan-peer.ts";
import { windowsDrivers } from "./windows-drivers.ts";

/**
 * The whole plan of a network and an endpoint on it, for each driver and option: the documents that HNS gets. What a change of
 * the drivers changes stands in the difference of these files.
 */
// Bundled for Wine, this file is elsewhere.
const checkout = process.env["CNM_TEST_CHECKOUT"];
const folder = checkout === undefined ? import.meta.dirname : join(checkout, "packages/windows/src/drivers");
const golden = new GoldenFolder(join(folder, "golden"));
afterAll(() => golden.expectNoOthers());

const SHIM = "com.docker.network.windowsshim";
const HOST: HostFacts = { id: "a".repeat(64), ipv6: true, mtu: 1500 };
const NETWORK_ID = "1".repeat(64) as NetworkId;
const ENDPOINT_ID = "2".repeat(64) as EndpointId;
const SANDBOX: Sandbox = {
  schema: 1,
  id: "3".repeat(64) as SandboxId,
  name: "box",
  state: "ready",
  created: "2025-01-01T00:00:00.000Z",
  labels: {},
  namespace: { path: "33333333-3333-4333-8333-333333333333", owned: true },
  sysctls: {},
};

const drivers = new Map(windowsDrivers().map((driver) => [driver.name, driver]));
const NAMES = [...drivers.keys()].filter((name) => name !== "null");
const UPLINK = ["transparent", "l2bridge", "l2tunnel", "overlay"];
const MAPPING = ["nat", "l2bridge", "l2tunnel", "overlay"];
const VNI = { "com.docker.network.driver.overlay.vxlanid_list": "4097" };

interface Mix {
  readonly on: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
  readonly endpointOptions?: JoinSpec["options"];
  readonly internal?: boolean;
  readonly families?: readonly Family[];
  /** No subnet is named. */
  readonly open?: boolean;
  readonly ports?: readonly PublishedPort[];
  readonly endpoint?: Partial<Endpoint>;
  readonly sandbox?: Partial<Sandbox>;
}

const port = (protocol: "tcp" | "udp", hostAddress: string): PublishedPort => ({
  protocol,
  hostAddress,
  hostPort: 8080,
  targetPort: 80,
});

const shim = (name: string, value: string) => ({ [`${SHIM}.${name}`]: value });

const MIXES: Readonly<Record<string, Mix>> = {
  plain: { on: NAMES },
  internal: { on: NAMES, internal: true },
  "icc-off": { on: NAMES, options: shim("disableicc", "true") },
  "icc-off-internal": { on: ["nat", "l2bridge"], internal: true, options: shim("disableicc", "true") },
  "icc-off-endpoint": { on: ["l2bridge"], endpointOptions: shim("disableicc", "1") },
  "no-subnet": { on: ["nat", "transparent", "internal", "private", "ics"], open: true },
  dual: { on: ["l2bridge", "overlay"], families: [4, 6] },
  "dual-internal": { on: ["l2bridge"], families: [4, 6], internal: true },
  ports: { on: MAPPING, ports: [port("tcp", "0.0.0.0"), port("udp", "0.0.0.0")] },
  "ports-dual": { on: ["l2bridge", "overlay"], families: [4, 6], ports: [port("tcp", "0.0.0.0"), port("tcp", "::")] },
  "ports-icc-off": { on: MAPPING, ports: [port("tcp", "0.0.0.0")], options: shim("disableicc", "true") },
  networkname: { on: NAMES, options: shim("networkname", "Web LAN") },
  hnsid: { on: NAMES, open: true, options: shim("hnsid", "{AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE}") },
  routingdomain: { on: ["l2bridge"], options: shim("routingdomain", "rd1") },
  interface: { on: UPLINK, options: shim("interface", "Ethernet 2") },
  vlanid: { on: ["transparent", "l2bridge"], options: shim("vlanid", "42") },
  "vlanid-no-subnet": { on: ["transparent"], open: true, options: shim("vlanid", "42") },
  vsid: { on: ["l2bridge", "l2tunnel", "overlay"], options: shim("vsid", "5000") },
  dns: { on: NAMES, options: { ...shim("dnssuffix", "corp.example"), ...shim("dnsservers", "10.1.1.1,10.1.1.2") } },
  "dns-off": { on: ["nat", "internal", "ics"], options: shim("disable_dns", "true") },
  "gateway-dns-off": {
    on: ["nat"],
    options: { ...shim("disable_gatewaydns", "true"), ...shim("dnsservers", "10.1.1.1") },
  },
  "dns-off-endpoint": { on: ["nat"], endpointOptions: shim("disable_dns", "true") },
  "dns-of-endpoint": {
    on: ["l2bridge"],
    options: shim("dnsservers", "10.1.1.1"),
    endpointOptions: { "com.docker.network.endpoint.dnsservers": "10.9.9.9" },
  },
  "dns-of-sandbox": { on: ["transparent"], sandbox: { dns: { servers: ["9.9.9.9"], search: ["a.example", "."] } } },
  macpool: { on: ["nat"], options: shim("macpool", "00-15-5D-0A-00-00,00-15-5D-0A-FF-FF") },
  "macpool-given": {
    on: ["nat"],
    options: shim("macpool", "00-15-5D-0A-00-00,00-15-5D-0A-FF-FF"),
    endpoint: { macAddress: "00:15:5d:0a:12:34" },
  },
  sourcemac: { on: ["l2bridge"], options: shim("sourcemac", "00:15:5d:01:02:03") },
  "outbound-nat": { on: ["l2bridge", "l2tunnel"], options: shim("enable_outboundnat", "true") },
  "outbound-nat-exceptions": {
    on: ["l2bridge", "l2tunnel", "overlay"],
    options: { ...shim("enable_outboundnat", "true"), ...shim("outboundnat_exceptions", "10.0.0.0/8,192.0.2.7") },
  },
  "outbound-nat-off": { on: ["overlay"], options: shim("enable_outboundnat", "false") },
  mtu: { on: NAMES, options: { "com.docker.network.driver.mtu": "1400" } },
  qos: {
    on: NAMES,
    endpointOptions: { "com.docker.endpoint.windowsshim.qospolicies": '[{"MaxEgressBandwidth":1000000}]' },
  },
  "provider-address": { on: ["overlay"], options: { "cnm.network.overlay.provider_address": "192.0.2.10" } },
  "gateway-priority": { on: ["nat", "l2bridge"], endpoint: { gatewayPriority: 10 } },
  "address-open": { on: NAMES, endpoint: { addresses: [{ family: 4, address: "0.0.0.0/24", poolId: "pool4" }] } },
};

for (const [name, mix] of Object.entries(MIXES)) {
  describe(`plans of Windows networks: ${name}`, () => {
    for (const driver of mix.on) it(driver, () => expectGolden(`${driver}-${name}`, driverOf(driver), mix));
  });
}

describe("plans of Windows networks: what HNS has no part in", () => {
  it("null", () => {
    const driver = driverOf("null");
    const network = { ...networkOf("null", { on: [] }), ipam: { driver: "null", options: {}, pools: [] } };
    const { pools, ...ipam } = network.ipam;
    expect(driver.networkFaults({ ...network, ipam, pools })).toEqual([]);
    expect(driver.planNetwork(network, HOST)).toEqual([]);
    const context = { network, sandbox: SANDBOX, host: HOST };
    expect(driver.planEndpoint(endpointOf({ on: [] }, network), context)).toEqual([]);
  });

  it("peers of an overlay network", () => {
    const peer = {
      endpointId: "9".repeat(64),
      address: "10.7.0.9/24",
      macAddress: "02:00:00:00:00:09",
      providerAddress: "192.0.2.20",
    };
    golden.expectSame("overlay-peer", { peer: [readable(planPeer(peer, { id: NETWORK_ID }))] });
  });
});

function driverOf(name: string): PlanningDriver<WindowsResource> {
  const driver = drivers.get(name);
  if (driver === undefined) throw new Error(`there is no driver ${name}`);
  return driver;
}

function expectGolden(name: string, driver: PlanningDriver<WindowsResource>, mix: Mix): void {
  const network = networkOf(driver.name, mix);
  const { pools, ...ipam } = network.ipam;
  const asked = mix.open === true ? pools.map(({ family }) => ({ family })) : pools;
  expect(driver.networkFaults({ ...network, ipam, pools: asked })).toEqual([]);
  const endpoint = endpointOf(mix, network);
  expect(driver.endpointFaults({ options: endpoint.options, ports: [] }, network)).toEqual([]);
  const sandbox = { ...SANDBOX, ...mix.sandbox };
  golden.expectSame(name, {
    network: sound(driver.planNetwork(network, HOST)).map(readable),
    endpoint: sound(driver.planEndpoint(endpoint, { network, sandbox, host: HOST })).map(readable),
  });
}

/** No two resources are one object, and keys are what names them. */
function sound(resources: readonly WindowsResource[]): readonly WindowsResource[] {
  expect(new Set(resources.map(({ key }) => key)).size).toBe(resources.length);
  expect(resources.map(({ key }) => key)).toEqual(resources.map(({ kind, id }) => `${kind} ${id}`));
  return resources;
}

function networkOf(driver: string, { families = [4], options = {}, internal = false, open }: Mix): Network {
  return {
    schema: 1,
    id: NETWORK_ID,
    name: "web",
    driver,
    scope: "local",
    state: "ready",
    created: "2025-01-01T00:00:00.000Z",
    ipv4: true,
    ipv6: families.includes(6),
    internal,
    attachable: false,
    labels: {},
    options: { ...(driver === "overlay" ? VNI : {}), ...options },
    ipam: { driver: "windows", options: {}, pools: families.map((family) => poolOf(driver, family, open === true)) },
  };
}

function poolOf(driver: string, family: Family, open: boolean): NetworkPool {
  const subnet = open ? "0.0.0.0/0" : family === 4 ? "10.7.0.0/24" : "fd07::/64";
  const gateway = open || driver === "private" ? {} : { gateway: family === 4 ? "10.7.0.1" : "fd07::1" };
  return { family, poolId: `pool${family}`, subnet, ...gateway, auxAddresses: {} };
}

function endpointOf(mix: Mix, network: Network): Endpoint {
  const length = network.ipam.pools[0]?.subnet === "0.0.0.0/0" ? "0.0.0.0/0" : "10.7.0.2/24";
  return {
    schema: 1,
    id: ENDPOINT_ID,
    name: "box",
    networkId: NETWORK_ID,
    sandboxId: SANDBOX.id,
    state: "ready",
    created: "2025-01-01T00:00:00.000Z",
    interfaceName: "Ethernet0",
    macAddress: "02:00:00:00:00:02",
    addresses: (mix.families ?? [4]).map((family) => ({
      family,
      address: family === 4 ? length : "fd07::2/64",
      poolId: `pool${family}`,
    })),
    aliases: [],
    ports: mix.ports ?? [],
    exposed: [],
    gatewayPriority: 0,
    gateway: { ipv4: !network.internal, ipv6: false },
    options: mix.endpointOptions ?? {},
    labels: {},
    ...mix.endpoint,
  };
}

/** Keys follow from the other fields. */
const readable = ({ key: _, owner, ...rest }: WindowsResource): object => ({ owner: owner.kind, ...rest });
