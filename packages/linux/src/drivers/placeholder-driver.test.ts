import type { EndpointDraft, NetworkDraft } from "@cnm/core";
import { newNetworkId } from "@cnm/core";
import { describe, expect, it } from "vitest";
import { hostDriver } from "./host/host.ts";
import { nullDriver } from "./null/null.ts";

const draft = (options: Readonly<Record<string, string>>, ipam: string): NetworkDraft => ({
  schema: 1,
  id: newNetworkId(),
  name: "one",
  driver: "null",
  scope: "local",
  created: "2026-01-01T00:00:00.000Z",
  ipv4: true,
  ipv6: false,
  internal: false,
  attachable: false,
  labels: {},
  options,
  ipam: { driver: ipam, options: {} },
  pools: [],
});
const endpoint: EndpointDraft = { options: {}, ports: [] };

describe.each([
  ["host", hostDriver()],
  ["null", nullDriver()],
])("the %s driver", (name, driver) => {
  it("is a single network of the null IPAM driver", () => {
    expect(driver).toMatchObject({ name, singleton: true, defaultIpam: "null", scope: "local" });
    expect(driver.networkFaults(draft({}, "null"))).toEqual([]);
  });

  it("names what it cannot do", () => {
    expect(driver.networkFaults(draft({ colour: "red" }, "default"))).toEqual([
      `option colour: the ${name} driver has no options`,
      `the ${name} driver has no addresses: its IPAM driver is null`,
    ]);
    const wishes: EndpointDraft = {
      ...endpoint,
      macAddress: "02:00:00:00:00:01",
      interfaceName: "eth7",
      ports: [{ protocol: "tcp", targetPort: 80 }],
    };
    const network = { ...draft({}, "null"), state: "ready", ipam: { driver: "null", options: {}, pools: [] } } as const;
    expect(driver.endpointFaults(endpoint, network)).toEqual([]);
    expect(driver.endpointFaults(wishes, network)).toHaveLength(3);
    expect(driver.planNetwork(network, { id: "x", ipv6: true, mtu: 1500 })).toEqual([]);
  });
});
