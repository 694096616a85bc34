import { expect, test } from "vitest";
import type { Endpoint } from "../model/endpoint.ts";
import { newEndpointId, newNetworkId, newSandboxId, newServiceId } from "../model/ids.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Service } from "../model/service.ts";
import type { Task } from "../model/task.ts";
import { parseServiceSpec } from "../options/parse-service-spec.ts";
import { clientView, hostView } from "./balanced-view.ts";
import { serviceEntries } from "./service-entries.ts";

const NETWORK = newNetworkId();
const OTHER = newNetworkId();
const created = "2026-01-01T00:00:00.000Z";

const sandbox: Sandbox = {
  schema: 1,
  id: newSandboxId(),
  name: "client",
  state: "ready",
  created,
  labels: {},
  namespace: { path: "/run/cnm/netns/client", owned: true },
  sysctls: {},
};

function endpoint(number: number, task?: Partial<Task>): Endpoint {
  const service = task === undefined ? {} : { task: { ...READY, ...task } };
  return {
    schema: 1,
    id: newEndpointId(),
    name: `web${number}`,
    networkId: NETWORK,
    sandboxId: sandbox.id,
    state: "ready",
    created,
    interfaceName: "eth0",
    macAddress: "02:42:0a:07:00:02",
    addresses: [
      { family: 4, address: `10.7.0.${number}/24`, poolId: "four" },
      { family: 6, address: `fd07::${number}/64`, poolId: "six" },
      { family: 4, address: `169.254.0.${number}/16` },
    ],
    aliases: [],
    ports: [],
    exposed: [],
    gatewayPriority: 0,
    gateway: { ipv4: true, ipv6: true },
    options: {},
    labels: {},
    ...service,
  };
}

function service(endpointMode: Service["endpointMode"] = "vip"): Service {
  const mode = endpointMode === "vip" ? "ingress" : "host";
  const { request } = parseServiceSpec({ name: "web", endpointMode, ports: [{ published: 8080, target: 80, mode }] });
  const { networks: _, ...rest } = request;
  const vips = [
    { family: 4, address: "10.7.0.100/24", poolId: "four" },
    { family: 6, address: "fd07::100/64", poolId: "six" },
  ] as const;
  return {
    schema: 1,
    id: newServiceId(),
    state: "ready",
    created,
    updated: created,
    version: 1,
    bindings: [],
    ...rest,
    balancer: "nftables",
    networks: [{ networkId: NETWORK, vips: endpointMode === "vip" ? vips : [], aliases: ["www"] }],
  };
}

const web = service();
const READY: Task = { serviceId: web.id, weight: 1, health: "none", draining: false };

test("each family of the virtual IP leads to the tasks' addresses of that family, never to link-local ones", () => {
  const [one, two] = [endpoint(2, {}), endpoint(3, { weight: 5 })];
  const { owner, place, services } = clientView(endpoint(9), sandbox, [{ service: web, tasks: [one, two] }]);
  expect(owner.kind).toBe("endpoint");
  expect(place).toEqual({ type: "sandbox", namespacePath: "/run/cnm/netns/client" });
  expect(services.map(({ address, port, backends }) => ({ address, port, backends }))).toEqual([
    {
      address: "10.7.0.100",
      port: 8080,
      backends: [
        { endpointId: one.id, address: "10.7.0.2", port: 80, weight: 1 },
        { endpointId: two.id, address: "10.7.0.3", port: 80, weight: 5 },
      ],
    },
    {
      address: "fd07::100",
      port: 8080,
      backends: [
        { endpointId: one.id, address: "fd07::2", port: 80, weight: 1 },
        { endpointId: two.id, address: "fd07::3", port: 80, weight: 5 },
      ],
    },
  ]);
});

test("a task that is unhealthy, starting or draining keeps its connections and gets no more", () => {
  const tasks = [
    endpoint(2, { health: "healthy" }),
    endpoint(3, { health: "unhealthy" }),
    endpoint(4, { health: "starting" }),
    endpoint(5, { health: "healthy", draining: true }),
  ];
  const [four] = clientView(endpoint(9), sandbox, [{ service: web, tasks }]).services;
  expect(four?.backends.map(({ weight }) => weight)).toEqual([1, 0, 0, 0]);
});

test("a service has no virtual IP on networks that it is not on", () => {
  const elsewhere: Endpoint = { ...endpoint(9), networkId: OTHER };
  expect(clientView(elsewhere, sandbox, [{ service: web, tasks: [] }]).services).toEqual([]);
});

test("on the host, a port leads to tasks of the family that it is bound for", () => {
  const bindings = [{ protocol: "tcp", hostAddress: "::", hostPort: 30_000, targetPort: 80 }] as const;
  const view = hostView({ ...web, bindings }, [endpoint(2, {})]);
  expect(view.owner).toEqual({ kind: "service", id: web.id });
  expect(view.services).toMatchObject([
    { address: "::", port: 30_000, backends: [{ address: "fd07::2", port: 80, weight: 1 }] },
  ]);
});

test("names of a service with a virtual IP", () => {
  const tasks = [endpoint(2, {}), endpoint(3, { health: "unhealthy" })];
  const [network] = web.networks;
  if (network === undefined) throw new Error("the service has no network");
  expect(serviceEntries(web, network, tasks)).toEqual([
    {
      id: web.id,
      networkId: NETWORK,
      names: ["web", "www"],
      addresses: ["10.7.0.100", "fd07::100"],
      ports: [{ protocol: "tcp", port: 8080 }],
      reverse: true,
    },
    {
      id: `${web.id}/tasks`,
      networkId: NETWORK,
      names: ["tasks.web"],
      addresses: ["10.7.0.2", "fd07::2"],
      ports: [{ protocol: "tcp", port: 80 }],
      reverse: false,
    },
  ]);
});

test("with dnsrr the name stands for the tasks, and says where they listen", () => {
  const rr = service("dnsrr");
  const [network] = rr.networks;
  if (network === undefined) throw new Error("the service has no network");
  const [entry] = serviceEntries(rr, network, [endpoint(2, {}), endpoint(3, { draining: true })]);
  expect(entry).toMatchObject({
    names: ["web", "www"],
    addresses: ["10.7.0.2", "fd07::2"],
    ports: [{ protocol: "tcp", port: 80 }],
    reverse: false,
  });
});
