import { join } from "node:path";
import type {
  Endpoint,
  EndpointId,
  HostFacts,
  JoinSpec,
  Network,
  NetworkId,
  NetworkPool,
  PublishedPort,
  Sandbox,
  SandboxId,
} from "@cnm/core";
import { afterAll, describe, expect, it } from "vitest";
import { GoldenFolder } from "../../../../../test/support/golden.ts";
import type { Firewall, GatewayMode } from "../../firewall/firewall.ts";
import { iptablesFirewall } from "../../firewall/iptables/iptables-firewall.ts";
import { nftablesFirewall } from "../../firewall/nftables/nftables-firewall.ts";
import { cnmTable } from "../../firewall/nftables/skeleton.ts";
import { noFirewall } from "../../firewall/none/no-firewall.ts";
import type { LinuxResource } from "../../resources/resource.ts";
import { resourceKey } from "../../resources/resource-key.ts";
import { type BridgeDriverOptions, bridge } from "./bridge.ts";

/**
 * The whole plan of a network and an endpoint on it, for each mix of options: what a change of the driver changes stands in
 * the difference of these files. The plan without firewall comes first, then what each firewall adds.
 */
const golden = new GoldenFolder(join(import.meta.dirname, "golden"));

const BRIDGE = "com.docker.network.bridge";
const HOST: HostFacts = { id: "a".repeat(64), ipv6: true, mtu: 1500 };
const NETWORK_ID = "1".repeat(64) as NetworkId;
const ENDPOINT_ID = "2".repeat(64) as EndpointId;
const SANDBOX_ID = "3".repeat(64) as SandboxId;
const SANDBOX: Sandbox = {
  schema: 1,
  id: SANDBOX_ID,
  name: "box",
  state: "ready",
  created: "2025-01-01T00:00:00.000Z",
  labels: {},
  namespace: { path: "/run/cnm/netns/333333333333", owned: true },
  sysctls: {},
};

const POOLS = {
  4: { family: 4, poolId: "pool4", subnet: "10.7.0.0/24", gateway: "10.7.0.1", auxAddresses: {} },
  6: { family: 6, poolId: "pool6", subnet: "fd07::/64", gateway: "fd07::1", auxAddresses: {} },
} as const satisfies Readonly<Record<4 | 6, NetworkPool>>;
const ADDRESSES = { 4: "10.7.0.2/24", 6: "fd07::2/64" } as const;

type Families = "v4" | "v6" | "dual";
const familiesOf = (families: Families): readonly (4 | 6)[] =>
  families === "dual" ? [4, 6] : [families === "v4" ? 4 : 6];

interface Mix {
  readonly families?: Families;
  readonly modes?: Readonly<Partial<Record<4 | 6, GatewayMode>>>;
  readonly internal?: boolean;
  readonly options?: Readonly<Record<string, string>>;
  readonly auxAddresses?: Readonly<Record<string, string>>;
  readonly driver?: BridgeDriverOptions;
  readonly host?: Partial<HostFacts>;
  /** Default: 8080 of the host to 80, bound where the network's policy says. */
  readonly ports?: readonly PublishedPort[];
  readonly endpoint?: Partial<Endpoint>;
  readonly endpointOptions?: JoinSpec["options"];
}

const MODES: readonly GatewayMode[] = ["nat", "nat-unprotected", "routed", "isolated"];
const FAMILIES: readonly Families[] = ["v4", "dual", "v6"];

describe("plans of bridge networks: gateway mode, families, icc, internal", () => {
  for (const mode of MODES) {
    for (const families of FAMILIES) {
      for (const icc of [true, false]) {
        for (const internal of mode === "isolated" ? [true] : [false, true]) {
          const name = [mode, families, ...(icc ? [] : ["icc-off"]), ...(internal ? ["internal"] : [])].join("-");
          const options = icc ? {} : { [`${BRIDGE}.enable_icc`]: "false" };
          it(name, () => expectGolden(name, { families, modes: { 4: mode, 6: mode }, internal, options }));
        }
      }
    }
  }
});

const tcp = (hostAddress: string, hostPort: number, targetPort: number): PublishedPort => ({
  protocol: "tcp",
  hostAddress,
  hostPort,
  targetPort,
});

const MIXES: Readonly<Record<string, Mix>> = {
  "option-adopted-bridge": { options: { [`${BRIDGE}.name`]: "mybridge0" } },
  "option-default-gateways": {
    auxAddresses: { DefaultGatewayIPv4: "10.7.0.254", DefaultGatewayIPv6: "fd07::fe" },
  },
  "option-direct-routing": { driver: { allowDirectRouting: true } },
  "option-host-binding": { options: { [`${BRIDGE}.host_binding_ipv4`]: "127.0.0.1" } },
  "option-inhibit-ipv4": { options: { [`${BRIDGE}.inhibit_ipv4`]: "true" } },
  "option-interface-prefix": {
    options: { "com.docker.network.container_iface_prefix": "net" },
    endpoint: { interfaceName: "net0" },
  },
  "option-mixed-modes": { modes: { 4: "nat", 6: "routed" } },
  "option-mixed-modes-the-other-way": { modes: { 4: "routed", 6: "nat" } },
  "option-mixed-modes-isolated": { modes: { 4: "nat", 6: "isolated" }, internal: true },
  "option-mtu": { options: { "com.docker.network.driver.mtu": "1400" } },
  "option-mtu-of-driver": { driver: { mtu: 9000 } },
  "option-mtu-of-host": { host: { mtu: 1280 } },
  "option-no-forwarding": { driver: { ipForward: false } },
  "option-no-masquerade": { options: { [`${BRIDGE}.enable_ip_masquerade`]: "false" } },
  "option-snat": {
    options: { "com.docker.network.host_ipv4": "192.0.2.9", "com.docker.network.host_ipv6": "2001:db8::9" },
  },
  "option-snat-v4-only": { options: { "com.docker.network.host_ipv4": "192.0.2.9" } },
  "option-snat-without-masquerade": {
    options: { "com.docker.network.host_ipv4": "192.0.2.9", [`${BRIDGE}.enable_ip_masquerade`]: "false" },
  },
  "option-trusted-interfaces": { options: { [`${BRIDGE}.trusted_host_interfaces`]: "wg0:eth1" } },
  "endpoint-no-announcements": { endpointOptions: { "com.docker.network.advertise_addr_nmsgs": "0" } },
  "endpoint-announcements": {
    endpointOptions: {
      "com.docker.network.advertise_addr_nmsgs": "2",
      "com.docker.network.advertise_addr_ms": "250",
    },
  },
  "endpoint-link-local": {
    endpoint: {
      addresses: [
        { family: 4, address: ADDRESSES[4], poolId: "pool4" },
        { family: 6, address: ADDRESSES[6], poolId: "pool6" },
        { family: 4, address: "169.254.7.7/16" },
        { family: 6, address: "fe80::7/64" },
      ],
    },
  },
  "endpoint-sysctls": {
    endpointOptions: {
      "com.docker.network.endpoint.sysctls":
        "net.ipv4.conf.IFNAME.log_martians=1,net.ipv6.neigh.IFNAME.gc_stale_time=30",
    },
    endpoint: { interfaceName: "eth0.7" },
  },
  "ports-none": { ports: [] },
  "ports-not-the-gateway": { endpoint: { gateway: { ipv4: false, ipv6: false } } },
  "ports-gateway-for-v6-only": { endpoint: { gateway: { ipv4: false, ipv6: true } } },
  "ports-addresses": {
    ports: [tcp("192.0.2.1", 8080, 80), tcp("2001:db8::1", 8080, 80), tcp("127.0.0.1", 8081, 80), tcp("::1", 8081, 80)],
  },
  "ports-protocols": {
    ports: (["tcp", "udp", "sctp"] as const).flatMap((protocol) => [
      { protocol, hostAddress: "0.0.0.0", hostPort: 9000, targetPort: 90 },
      { protocol, hostAddress: "::", hostPort: 9000, targetPort: 90 },
    ]),
  },
  "ports-several-to-one-target": { ports: [tcp("0.0.0.0", 8080, 80), tcp("0.0.0.0", 8081, 80)] },
  segment: { endpoint: { segment: 3 } },
  "segment-icc-off": { endpoint: { segment: 3 }, options: { [`${BRIDGE}.enable_icc`]: "false" } },
  "segment-internal": { endpoint: { segment: 3 }, internal: true },
  "segment-routed": { endpoint: { segment: 894 }, modes: { 4: "routed", 6: "routed" } },
  "ports-v6-host-to-v4-sandbox": { families: "v4", ports: [tcp("0.0.0.0", 8080, 80), tcp("::", 8080, 80)] },
  "ports-v6-host-to-v4-sandbox-not-the-gateway": {
    families: "v4",
    ports: [tcp("0.0.0.0", 8080, 80), tcp("::", 8080, 80)],
    endpoint: { gateway: { ipv4: false, ipv6: false } },
  },
};

describe("plans of bridge networks: single options, endpoints, ports", () => {
  for (const [name, mix] of Object.entries(MIXES)) it(name, () => expectGolden(name, mix));
});

afterAll(() => golden.expectNoOthers());

function expectGolden(name: string, mix: Mix): void {
  const bare = plan(noFirewall, mix);
  golden.expectSame(name, {
    network: bare.network.map(readable),
    endpoint: bare.endpoint.map(readable),
    ...firewallPart("nftables", nftablesFirewall(cnmTable()), mix, bare),
    ...firewallPart("iptables", iptablesFirewall(), mix, bare),
  });
}

interface Plans {
  readonly network: readonly LinuxResource[];
  readonly endpoint: readonly LinuxResource[];
}

function firewallPart(name: string, firewall: Firewall, mix: Mix, bare: Plans) {
  const whole = plan(firewall, mix);
  const [network, endpoint] = [added(whole.network, bare.network), added(whole.endpoint, bare.endpoint)];
  return { [`network: ${name}`]: network.map(readable), [`endpoint: ${name}`]: endpoint.map(readable) };
}

/** A firewall adds to a plan, and changes nothing else of it. */
function added(whole: readonly LinuxResource[], bare: readonly LinuxResource[]): readonly LinuxResource[] {
  const keys = new Set(bare.map(({ key }) => key));
  expect(whole.filter(({ key }) => keys.has(key))).toEqual(bare);
  return whole.filter(({ key }) => !keys.has(key));
}

function plan(firewall: Firewall, mix: Mix): Plans {
  const host = { ...HOST, ...mix.host };
  const driver = bridge(mix.driver ?? {}, { firewall, host, namespaces: "/run/cnm/netns" });
  const network = networkOf(mix);
  const { pools, ...rest } = network.ipam;
  expect(driver.networkFaults({ ...network, ipam: rest, pools })).toEqual([]);
  const policy = driver.portPolicy(network);
  const endpoint = endpointOf(mix, network, (family) => policy[family === 4 ? "ipv4" : "ipv6"]);
  expect(driver.endpointFaults(endpoint, network)).toEqual([]);
  return {
    network: sound(driver.planNetwork(network, host)),
    endpoint: sound(driver.planEndpoint(endpoint, { network, sandbox: SANDBOX, host })),
  };
}

/** No two resources are one object; and keys are what their fields say. */
function sound(resources: readonly LinuxResource[]): readonly LinuxResource[] {
  expect(new Set(resources.map(({ key }) => key)).size).toBe(resources.length);
  expect(resources.map(({ key }) => key)).toEqual(resources.map(resourceKey));
  return resources;
}

function networkOf({ families = "dual", modes = {}, internal = false, options = {}, auxAddresses = {} }: Mix): Network {
  const own = familiesOf(families);
  const modeOptions = Object.entries(modes).map(([family, mode]) => [`${BRIDGE}.gateway_mode_ipv${family}`, mode]);
  return {
    schema: 1,
    id: NETWORK_ID,
    name: "web",
    driver: "bridge",
    scope: "local",
    state: "ready",
    created: "2025-01-01T00:00:00.000Z",
    ipv4: own.includes(4),
    ipv6: own.includes(6),
    internal,
    attachable: false,
    labels: {},
    options: { ...Object.fromEntries(modeOptions), ...options },
    ipam: { driver: "default", options: {}, pools: own.map((family) => poolOf(family, modes[family], auxAddresses)) },
  };
}

/** As IPAM settles it: isolated networks have no gateway. */
function poolOf(family: 4 | 6, mode: GatewayMode | undefined, auxAddresses: Readonly<Record<string, string>>) {
  const { gateway, ...pool } = POOLS[family];
  const own = Object.entries(auxAddresses).filter(([, address]) => address.includes(":") === (family === 6));
  return { ...pool, ...(mode === "isolated" ? {} : { gateway }), auxAddresses: Object.fromEntries(own) };
}

type Policy = (family: 4 | 6) => { readonly mode: string; readonly address?: string };

function endpointOf(mix: Mix, network: Network, policy: Policy): Endpoint {
  const own = familiesOf(mix.families ?? "dual");
  const leadsOut = (family: 4 | 6) => own.includes(family) && !network.internal;
  return {
    schema: 1,
    id: ENDPOINT_ID,
    name: "box",
    networkId: NETWORK_ID,
    sandboxId: SANDBOX_ID,
    state: "ready",
    created: "2025-01-01T00:00:00.000Z",
    interfaceName: "eth0",
    macAddress: "02:00:00:00:00:02",
    addresses: own.map((family) => ({ family, address: ADDRESSES[family], poolId: POOLS[family].poolId })),
    aliases: [],
    ports: mix.ports ?? ([4, 6] as const).flatMap((family) => usualPort(family, policy(family))),
    exposed: [],
    gatewayPriority: 0,
    gateway: { ipv4: leadsOut(4), ipv6: leadsOut(6) },
    options: mix.endpointOptions ?? {},
    labels: {},
    ...mix.endpoint,
  };
}

function usualPort(family: 4 | 6, { mode, address }: ReturnType<Policy>): readonly PublishedPort[] {
  if (mode === "none") return [];
  const any = family === 4 ? "0.0.0.0" : "::";
  return [tcp(address ?? any, mode === "open" ? 0 : 8080, 80)];
}

/** Keys follow from the other fields, and a skeleton's digest is its own test's matter. */
function readable({ key: _, owner, shared, ...rest }: LinuxResource): object {
  const digest = "digest" in rest ? { digest: "…" } : {};
  return { owner: owner.kind, ...(shared === true ? { shared } : {}), ...rest, ...digest };
}
