import type { EndpointContext, EndpointDraft, NetworkDraft, PlanningDriver, PortPolicy } from "../contracts/driver.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Endpoint } from "../model/endpoint.ts";
import { shortId } from "../model/ids.ts";
import type { Family, Network } from "../model/network.ts";
import { HOST_OWNER, type OwnerRef } from "../model/owner.ts";
import type { PublishedPort } from "../model/port.ts";
import type { FakeResource } from "./fake-resource.ts";

export const FAKE_BRIDGE_NAME = "fake.bridge.name";
export const FAKE_SEGMENT_SIZE = "fake.segment_size";
const NETWORK_OPTIONS = [FAKE_BRIDGE_NAME, FAKE_SEGMENT_SIZE, "fake.prefix"];
const ENDPOINT_OPTIONS = [
  "fake.flavour",
  "com.docker.network.endpoint.sysctls",
  "com.docker.network.advertise_addr_nmsgs",
];

/** Plans as a bridge driver does, of objects of a fake host. */
export function fakeBridge(): PlanningDriver<FakeResource> {
  return {
    name: "bridge",
    scope: "local",
    defaultIpam: "default",
    networkFaults: ({ options, ipv4, ipv6 }: NetworkDraft) => [
      ...unknown(options, NETWORK_OPTIONS),
      ...(ipv4 || ipv6 ? [] : ["neither IPv4 nor IPv6 is on"]),
    ],
    networkClash: (network, others) => {
      const other = others.find((candidate) => bridgeName(candidate) === bridgeName(network));
      if (other === undefined) return undefined;
      const message = `network ${network.name} and network ${other.name} are both to be on ${bridgeName(network)}`;
      return new CnmError("forbidden", "bridge-in-use", message);
    },
    needsGateway: () => true,
    endpointFaults: ({ options }: EndpointDraft) => unknown(options, ENDPOINT_OPTIONS),
    interfacePrefix: ({ options }) => options["fake.prefix"] ?? "eth",
    offersGateway: (network, family) => !network.internal && network.ipam.pools.some((pool) => pool.family === family),
    portPolicy,
    segmentSize: ({ options }) => {
      const size = options[FAKE_SEGMENT_SIZE];
      return size === undefined ? undefined : Number(size);
    },
    planNetwork,
    planEndpoint,
  };
}

function unknown(options: Readonly<Record<string, string>>, known: readonly string[]): readonly string[] {
  return Object.keys(options)
    .filter((option) => !known.includes(option))
    .map((option) => `options.${option} is unknown`);
}

function portPolicy({ internal, ipv6 }: Network): PortPolicy {
  if (internal) {
    const none = { mode: "none", reason: "the network is internal" } as const;
    return { ipv4: none, ipv6: none };
  }
  return {
    ipv4: { mode: "bind", address: "0.0.0.0" },
    ipv6: ipv6 ? { mode: "bind", address: "::" } : { mode: "none", reason: "the network has no IPv6" },
  };
}

function planNetwork(network: Network): readonly FakeResource[] {
  const owner: OwnerRef = { kind: "network", id: network.id };
  const name = bridgeName(network);
  return [
    { kind: "setting", key: "setting forwarding", owner: HOST_OWNER, shared: true, name: "forwarding", value: "1" },
    { kind: "bridge", key: `bridge ${name}`, owner, name },
    ...network.ipam.pools.flatMap(({ gateway, subnet }): readonly FakeResource[] => {
      if (gateway === undefined) return [];
      const address = `${gateway}/${subnet.split("/")[1]}`;
      return [{ kind: "address", key: `address ${name} ${address}`, owner, link: name, address }];
    }),
  ];
}

function planEndpoint(endpoint: Endpoint, { network, sandbox }: EndpointContext): readonly FakeResource[] {
  const owner: OwnerRef = { kind: "endpoint", id: endpoint.id };
  const namespace = sandbox.namespace.path;
  const link = `${namespace}/${endpoint.interfaceName}`;
  const { interfaceName: name, macAddress: mac, segment = 0 } = endpoint;
  const bridge = segment === 0 ? bridgeName(network) : `${bridgeName(network)}.${segment}`;
  const networkOwner: OwnerRef = { kind: "network", id: network.id };
  return [
    ...(segment === 0
      ? []
      : [{ kind: "bridge", key: `bridge ${bridge}`, owner: networkOwner, shared: true, name: bridge } as const]),
    { kind: "link", key: `link ${link}`, owner, namespace, name, mac, bridge },
    ...endpoint.addresses.map(
      ({ address }): FakeResource => ({ kind: "address", key: `address ${link} ${address}`, owner, link, address }),
    ),
    ...defaultRoutes(endpoint, network, namespace, owner),
    ...endpoint.ports.flatMap((port) => publication(endpoint, port, owner)),
  ];
}

/** One key for the default route of a sandbox, whoever has it: it passes from one endpoint to another in place. */
function defaultRoutes(endpoint: Endpoint, network: Network, namespace: string, owner: OwnerRef): FakeResource[] {
  const families: readonly Family[] = [4, 6];
  return families.flatMap((family): FakeResource[] => {
    const chosen = family === 4 ? endpoint.gateway.ipv4 : endpoint.gateway.ipv6;
    const gateway = network.ipam.pools.find((pool) => pool.family === family)?.gateway;
    if (!chosen || gateway === undefined) return [];
    const destination = family === 4 ? "0.0.0.0/0" : "::/0";
    const key = `route ${namespace} ${destination}`;
    return [{ kind: "route", key, owner, namespace, destination, link: endpoint.interfaceName, gateway }];
  });
}

function publication(endpoint: Endpoint, port: PublishedPort, owner: OwnerRef): readonly FakeResource[] {
  const family: Family = port.hostAddress.includes(":") ? 6 : 4;
  const target = endpoint.addresses.find((address) => address.family === family)?.address.split("/")[0];
  if (target === undefined || !(family === 4 ? endpoint.gateway.ipv4 : endpoint.gateway.ipv6)) return [];
  const { protocol } = port;
  // Without a port of the host, the target itself is open.
  const host = port.hostPort === 0 ? `${target} ${port.targetPort}` : `${port.hostAddress} ${port.hostPort}`;
  const key = `publication ${protocol} ${host}`;
  return [
    { kind: "publication", key, owner, protocol, host, target: `${target} ${port.targetPort}` },
    { kind: "flush", key: `flush ${protocol} ${host}`, owner, port: `${protocol} ${host}` },
  ];
}

const bridgeName = ({ id, options }: Network): string => options[FAKE_BRIDGE_NAME] ?? `br-${shortId(id)}`;
