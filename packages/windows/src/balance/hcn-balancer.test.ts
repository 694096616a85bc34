import { join } from "node:path";
import type { BalancedPlace, EndpointId, NetworkId, OwnerRef, VirtualService } from "@cnm/core";
import { balancerModelConformance } from "@cnm/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { GoldenFolder } from "../../../../test/support/golden.ts";
import { hnsVersion } from "../hcn/hns-version.ts";
import { FakeWindows } from "../testing/fake-windows.ts";
import { HcnBalancerWorld } from "../testing/hcn-balancer-world.ts";
import { hcnBalancer } from "./hcn-balancer.ts";

// Bundled for Wine, this file is elsewhere.
const checkout = process.env["CNM_TEST_CHECKOUT"];
const folder = checkout === undefined ? import.meta.dirname : join(checkout, "packages/windows/src/balance");
const golden = new GoldenFolder(join(folder, "golden"));
afterAll(() => golden.expectNoOthers());

const OLD = hnsVersion(9, 5);
const NEW = hnsVersion(15, 5);
const owner: OwnerRef = { kind: "service", id: "5e".repeat(32) };
const NETWORK: BalancedPlace = { type: "network", networkId: "1".repeat(64) as NetworkId };
const HOST: BalancedPlace = { type: "host", networks: [] };

const backend = (number: number, weight = 1) => ({
  endpointId: `${number}`.repeat(64) as EndpointId,
  address: `10.7.0.${number}`,
  port: 80,
  weight,
});

const service = (more: Partial<VirtualService> = {}): VirtualService => ({
  serviceId: owner.id,
  address: "10.7.0.200",
  protocol: "tcp",
  port: 8080,
  scheduler: "rr",
  timeouts: { tcp: 7_200, tcpFin: 120, udp: 180 },
  backends: [backend(2), backend(3)],
  ...more,
});

describe("documents of HCN load balancers", () => {
  it.each([
    ["virtual-ip", NEW, NETWORK, [service()]],
    ["virtual-ip-9.5", OLD, NETWORK, [service()]],
    ["virtual-ip-dual", NEW, NETWORK, [service(), service({ address: "fd07::200" })]],
    ["udp", NEW, NETWORK, [service({ protocol: "udp", port: 53 })]],
    ["by-client", NEW, NETWORK, [service({ scheduler: "sh" })]],
    ["affinity", NEW, NETWORK, [service({ affinity: 600 })]],
    ["draining", NEW, NETWORK, [service({ backends: [backend(2, 0), backend(3)] })]],
    ["no-backend", NEW, NETWORK, [service({ backends: [backend(2, 0)] })]],
    ["host-port", NEW, HOST, [service({ address: "0.0.0.0" }), service({ address: "::" })]],
    ["host-port-9.5", OLD, HOST, [service({ address: "0.0.0.0" })]],
  ] as const)("%s", (name, version, place, services) => {
    const plan = hcnBalancer(version).plan({ owner, place, services });
    golden.expectSame(name, { plan: plan.map(({ key: _, ...resource }) => resource) });
  });

  it("are of whole networks, not of one sandbox", () => {
    const place = { type: "sandbox", namespacePath: "x" } as const;
    expect(() => hcnBalancer(NEW).plan({ owner, place, services: [service()] })).toThrow("whole networks");
  });
});

describe("what HNS has no word for is named", () => {
  const lan = { name: "lan", driver: "l2bridge", ipv6: true, ipam: { driver: "default", options: {}, pools: [] } };
  const asked = { scheduler: "rr", ports: [], networks: [lan] } as const;

  it("nothing, where it has all of them", () => {
    expect(hcnBalancer(NEW).lacks(asked)).toBeUndefined();
    expect(hcnBalancer(NEW).lacks({ ...asked, affinity: 60 })).toBeUndefined();
    expect(hcnBalancer(OLD).lacks({ ...asked, networks: [{ ...lan, ipv6: false }] })).toBeUndefined();
  });

  it("schedulers", () => {
    for (const scheduler of ["wrr", "lc", "wlc", "mh"] as const) {
      expect(hcnBalancer(NEW).lacks({ ...asked, scheduler })).toMatch(
        new RegExp(`^scheduler ${scheduler}: .*; choose rr or sh$`),
      );
    }
  });

  it("versions", () => {
    const older = "it needs HNS ≥ 12.0; this host has 9.5";
    expect(hcnBalancer(OLD).lacks({ ...asked, scheduler: "sh" })).toBe(`scheduler sh: ${older}`);
    expect(hcnBalancer(OLD).lacks({ ...asked, affinity: 60 })).toBe(`affinity: ${older}`);
    const sixth = "network lan: a virtual IP of IPv6: it needs HNS ≥ 11.10; this host has 9.5";
    expect(hcnBalancer(OLD).lacks(asked)).toBe(sixth);
  });

  it("protocols and networks", () => {
    const ports = [{ protocol: "sctp", published: 9, target: 9, mode: "ingress" }] as const;
    expect(hcnBalancer(NEW).lacks({ ...asked, ports })).toBe("ports: 9/sctp: HNS balances TCP and UDP");
    const on = (driver: string) =>
      hcnBalancer(NEW).lacks({ ...asked, networks: [lan, { ...lan, name: "web", driver }] });
    for (const driver of ["nat", "transparent", "overlay", "ics"]) {
      expect(on(driver)).toMatch(/^network web: .*; endpoint mode dnsrr needs no balancer$/);
    }
    const windows = { ...lan, ipam: { ...lan.ipam, driver: "windows" } };
    expect(hcnBalancer(NEW).lacks({ ...asked, networks: [windows] })).toContain("the IPAM driver default");
  });
});

const windows = new FakeWindows();
const opened = windows.open();
const world = opened.then(({ controller, platform }) => HcnBalancerWorld.open(controller, platform));
afterAll(async () => (await opened).controller.close());
balancerModelConformance("hcn, on HNS in memory", () => world, { describe, it });
