import type { EndpointDraft, Network, NetworkDraft, NetworkId } from "@cnm/core";
import { describe, expect, it } from "vitest";
import { routeMetric } from "./hns/route-metric.ts";
import { windowsDrivers } from "./windows-drivers.ts";

const SHIM = "com.docker.network.windowsshim";
const drivers = new Map(windowsDrivers().map((driver) => [driver.name, driver]));

function driverOf(name: string) {
  const driver = drivers.get(name);
  if (driver === undefined) throw new Error(`there is no driver ${name}`);
  return driver;
}

const DRAFT: NetworkDraft = {
  schema: 1,
  id: "1".repeat(64) as NetworkId,
  name: "web",
  driver: "nat",
  scope: "local",
  created: "2025-01-01T00:00:00.000Z",
  ipv4: true,
  ipv6: false,
  internal: false,
  attachable: false,
  labels: {},
  options: {},
  ipam: { driver: "windows", options: {} },
  pools: [{ family: 4, subnet: "10.7.0.0/24" }],
};

const NETWORK: Network = {
  ...DRAFT,
  state: "ready",
  ipam: {
    ...DRAFT.ipam,
    pools: [{ family: 4, poolId: "p", subnet: "10.7.0.0/24", gateway: "10.7.0.1", auxAddresses: {} }],
  },
};

const networkFaults = (driver: string, draft: Partial<NetworkDraft>) =>
  driverOf(driver).networkFaults({ ...DRAFT, driver, ...draft });
const optionFaults = (driver: string, name: string, value: string) =>
  networkFaults(driver, { options: { [`${SHIM}.${name}`]: value } });
const endpointFaults = (driver: string, draft: Partial<EndpointDraft>, network: Partial<Network> = {}) =>
  driverOf(driver).endpointFaults({ options: {}, ports: [], ...draft }, { ...NETWORK, driver, ...network });

describe("options of Windows networks: faults in Docker's words", () => {
  const one = (faults: readonly string[]) => {
    expect(faults).toHaveLength(1);
    return faults[0];
  };

  it("numbers", () => {
    expect(one(optionFaults("l2bridge", "vlanid", "x"))).toContain('strconv.ParseUint: parsing "x": invalid syntax');
    expect(one(optionFaults("l2bridge", "vlanid", "-1"))).toContain("invalid syntax");
    expect(one(optionFaults("l2bridge", "vlanid", "4095"))).toContain("value out of range");
    expect(one(optionFaults("l2tunnel", "vsid", "99999999999"))).toContain(`option ${SHIM}.vsid: strconv.ParseUint`);
  });

  it("truths", () => {
    for (const name of ["disableicc", "disable_dns", "disable_gatewaydns", "hnsowned"]) {
      expect(one(optionFaults("nat", name, "yes"))).toContain('strconv.ParseBool: parsing "yes": invalid syntax');
      expect(optionFaults("nat", name, "T")).toEqual([]);
    }
    expect(one(optionFaults("l2bridge", "enable_outboundnat", "on"))).toContain("strconv.ParseBool");
  });

  it("MAC pools", () => {
    const words = "Invalid mac pool. You must specify both a start range and an end range";
    expect(one(optionFaults("nat", "macpool", "00-15-5D-0A-00-00"))).toContain(words);
    expect(one(optionFaults("nat", "macpool", "a,b"))).toContain("is no MAC address");
    expect(one(optionFaults("nat", "macpool", "00-15-5D-0A-00-09,00-15-5D-0A-00-01"))).toContain("comes after");
    expect(one(optionFaults("nat", "sourcemac", "01:00:5e:00:00:01"))).toContain("multicast");
  });

  it("addresses and ids", () => {
    expect(one(optionFaults("nat", "dnsservers", "10.0.0.1,dns"))).toContain("dnsservers");
    expect(one(optionFaults("l2bridge", "outboundnat_exceptions", "10.0.0.0/40"))).toContain("outboundnat_exceptions");
    expect(one(optionFaults("nat", "hnsid", "nat"))).toContain("is no GUID");
  });

  it("VNIs", () => {
    const list = "com.docker.network.driver.overlay.vxlanid_list";
    expect(one(networkFaults("overlay", {}))).toContain(
      "insufficient vnis(0) passed to overlay. Windows driver requires VNIs to be prepopulated",
    );
    expect(one(networkFaults("overlay", { options: { [list]: "x1" } }))).toContain(
      'invalid vxlan id value "x1" passed',
    );
    expect(one(networkFaults("overlay", { options: { [list]: "4095" } }))).toContain("Windows takes 4096");
  });

  it("tells what a type of network has not", () => {
    expect(one(optionFaults("nat", "interface", "Ethernet"))).toContain("the nat driver has no adapter");
    expect(one(optionFaults("nat", "vlanid", "7"))).toContain("has no VLANs");
    expect(one(optionFaults("transparent", "vsid", "7000"))).toContain("has no virtual subnets");
    expect(one(optionFaults("nat", "enable_outboundnat", "true"))).toContain("has no OutBoundNAT policies");
    expect(one(optionFaults("nat", "colour", "red"))).toContain("the nat driver does not know it");
    expect(
      one(driverOf("null").networkFaults({ ...DRAFT, ipam: { driver: "null", options: {} }, options: { a: "b" } })),
    ).toContain("the null driver has no options");
  });

  it("tells every fault at once", () => {
    const options = { [`${SHIM}.vlanid`]: "x", [`${SHIM}.disableicc`]: "y", [`${SHIM}.macpool`]: "z" };
    expect(networkFaults("transparent", { options })).toHaveLength(3);
  });
});

describe("addresses of Windows networks", () => {
  it("IPv6 only where HNS has it, and never alone", () => {
    for (const driver of ["nat", "transparent", "l2tunnel", "internal", "private", "ics"]) {
      const [fault] = networkFaults(driver, { ipv6: true });
      expect(fault).toMatch(/^ipv6: windowsshim driver doesn't support v6 subnets: \w/);
    }
    const pools = [...DRAFT.pools, { family: 6, subnet: "fd07::/64" }] as const;
    expect(networkFaults("l2bridge", { ipv6: true, pools })).toEqual([]);
    expect(networkFaults("l2bridge", { ipv4: false, ipv6: true, pools: pools.slice(1) })).toEqual([
      "network web requires ipv4 configuration: HNS has no networks of IPv6 alone",
    ]);
  });

  it("a subnet, where HNS chooses none", () => {
    const pools = [{ family: 4 }] as const;
    expect(networkFaults("nat", { pools })).toEqual([]);
    for (const driver of ["l2bridge", "l2tunnel"])
      expect(networkFaults(driver, { pools })[0]).toContain("name its subnet");
    expect(networkFaults("nat", { ipam: { driver: "null", options: {} } })[0]).toContain("needs addresses");
  });

  it("no two networks that HNS would take for one", () => {
    const { networkClash } = driverOf("nat");
    const other = { ...NETWORK, id: "2".repeat(64) as NetworkId, name: "db" };
    const clash = (options: Network["options"], theirs: Partial<Network>) =>
      networkClash?.({ ...NETWORK, options }, [{ ...other, ...theirs }])?.message;
    const far = {
      ...NETWORK.ipam,
      pools: [{ family: 4, poolId: "q", subnet: "10.9.0.0/24", auxAddresses: {} }],
    } as const;
    expect(clash({}, {})).toContain("10.7.0.0/24 and 10.7.0.0/24");
    expect(clash({}, { ipam: far })).toBeUndefined();
    expect(clash({ [`${SHIM}.networkname`]: "db" }, { ipam: far })).toContain("the same name in HNS");
    const id = { [`${SHIM}.hnsid`]: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee" };
    expect(clash(id, { ipam: far, options: id })).toContain("the same HNS network");
  });
});

describe("endpoints of Windows networks: faults in Docker's words", () => {
  it("published ports", () => {
    const ports = (request: object) =>
      endpointFaults("nat", { ports: [{ protocol: "tcp", targetPort: 80, ...request }] });
    expect(ports({})).toEqual([]);
    expect(ports({ protocol: "sctp" })[0]).toContain("invalid protocol sctp");
    expect(ports({ hostPorts: { first: 8000, last: 8010 } })[0]).toContain(
      "Windows does not support more than one host port in NAT settings",
    );
    expect(ports({ hostAddress: "192.0.2.1" })[0]).toContain(
      "Windows does not support host IP addresses in NAT settings",
    );
    expect(ports({ hostAddress: "0.0.0.0" })).toEqual([]);
  });

  it("where nothing can be published, the policy says why", () => {
    for (const driver of ["transparent", "internal", "private", "ics"]) {
      expect(driverOf(driver).portPolicy(NETWORK).ipv4).toMatchObject({
        mode: "none",
        reason: expect.stringContaining("port"),
      });
    }
    expect(driverOf("nat").portPolicy({ ...NETWORK, internal: true }).ipv4).toMatchObject({ mode: "none" });
    expect(driverOf("nat").portPolicy(NETWORK)).toMatchObject({
      ipv4: { mode: "bind", address: "0.0.0.0" },
      ipv6: { mode: "none" },
    });
  });

  it("bandwidth, names, MACs", () => {
    const qos = (value: string) =>
      endpointFaults("nat", { options: { "com.docker.endpoint.windowsshim.qospolicies": value } });
    expect(qos('[{"MaxEgressBandwidth":5}]')).toEqual([]);
    for (const bad of ["x", "5", '[{"MaxEgressBandwidth":"5"}]', '[{"MaxEgressBandwidth":-5}]', "[5]"]) {
      expect(qos(bad)[0]).toContain("Invalid endpoint configuration");
    }
    expect(endpointFaults("nat", { interfaceName: "eth0" })[0]).toContain("HNS names interfaces itself");
    const options = { [`${SHIM}.macpool`]: "00-15-5D-0A-00-00,00-15-5D-0A-FF-FF" };
    expect(endpointFaults("nat", { macAddress: "02:00:00:00:00:01" }, { options })[0]).toContain("outside of the pool");
    expect(endpointFaults("nat", { macAddress: "00:15:5d:0a:00:01" }, { options })).toEqual([]);
    expect(endpointFaults("nat", { options: { colour: "red" } })[0]).toContain("does not know it");
  });
});

describe("routeMetric", () => {
  it("has the controller's order: priority, then the network's name", () => {
    const order = [
      [10, "zzz"],
      [0, "aa"],
      [0, "ba"],
      [0, "z"],
      [-1, "aa"],
    ] as const;
    const metrics = order.map(([priority, name]) => routeMetric(priority, name));
    expect(metrics).toEqual(metrics.toSorted((a, b) => a - b));
    expect(new Set(metrics).size).toBe(metrics.length);
  });

  it("fits 16 bits, whatever the priority", () => {
    for (const priority of [-1e9, -50, 0, 50, 1e9]) {
      for (const name of ["0", "zzzz", "A.", "-", "_~"]) {
        expect(routeMetric(priority, name)).toBeGreaterThan(0);
        expect(routeMetric(priority, name)).toBeLessThanOrEqual(65_535);
      }
    }
  });
});
