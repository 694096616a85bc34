import { expect, test } from "vitest";
import { parseServiceSpec } from "./parse-service-spec.ts";

const faultsOf = (spec: unknown) => parseServiceSpec(spec).faults;

test("everything but the name has a default", () => {
  const { request, faults } = parseServiceSpec({ name: "web" });
  expect(faults).toEqual([]);
  expect(request).toEqual({
    name: "web",
    networks: [],
    endpointMode: "vip",
    ports: [],
    scheduler: "rr",
    timeouts: { tcp: 7_200, tcpFin: 120, udp: 180 },
    drainTimeout: 30,
    labels: {},
  });
});

test("a port is published under its own number unless another one is given", () => {
  const { request, faults } = parseServiceSpec({
    name: "web",
    ports: [{ target: 80 }, { published: 5353, target: 53, protocol: "udp", mode: "host", name: "dns" }],
  });
  expect(faults).toEqual([]);
  expect(request.ports).toEqual([
    { published: 80, target: 80, protocol: "tcp", mode: "ingress" },
    { published: 5353, target: 53, protocol: "udp", mode: "host", name: "dns" },
  ]);
});

test("timeouts that are not given stay ours", () => {
  const { request } = parseServiceSpec({ name: "web", timeouts: { udp: 10 } });
  expect(request.timeouts).toEqual({ tcp: 7_200, tcpFin: 120, udp: 10 });
});

test("every fault is told, by its path", () => {
  expect(
    faultsOf({
      name: "a.b",
      endpointMode: "dns",
      scheduler: "random",
      affinity: 0,
      drainTimeout: -1,
      timeouts: { tcp: 0, icmp: 3 },
      ports: [{ target: 0 }],
      replicas: 3,
    }),
  ).toEqual([
    'name has to be one word of at most 63 characters, as it is a host name, not "a.b"',
    'endpointMode has to be vip or dnsrr, not "dns"',
    'scheduler has to be one of rr, wrr, lc, wlc, sh, mh, not "random"',
    "affinity has to be from 1 to 2073600, not 0",
    "drainTimeout has to be from 0 to 2073600, not -1",
    "timeouts.tcp has to be from 1 to 2073600, not 0",
    "timeouts.icmp is unknown; known are tcp, tcpFin, udp",
    "ports[0].target has to be from 1 to 65535, not 0",
    expect.stringMatching(/^replicas is unknown; known are name, networks, /),
  ]);
  expect(faultsOf({})).toEqual(["name is missing"]);
});

test("dnsrr has no address for a port of the host to lead to", () => {
  const ports = [{ published: 8080, target: 80 }];
  const [fault] = faultsOf({ name: "web", endpointMode: "dnsrr", ports });
  expect(fault).toBe(
    "ports[0] (8080/tcp): port published with ingress mode can't be used with dnsrr mode: publish it with mode host",
  );
  expect(faultsOf({ name: "web", endpointMode: "dnsrr", ports: [{ target: 80, mode: "host" }] })).toEqual([]);
});

test("a port or a network is named once", () => {
  expect(faultsOf({ name: "web", ports: [{ target: 80 }, { published: 80, target: 81 }] })).toEqual([
    "ports[1] publishes 80/tcp, and so does ports[0]",
  ]);
  expect(faultsOf({ name: "web", ports: [{ target: 80 }, { target: 80, protocol: "udp" }] })).toEqual([]);
  expect(faultsOf({ name: "web", networks: ["a", { network: "a" }] })).toEqual([
    "networks[1] is a, and so is networks[0]",
  ]);
});
