import { describe, expect, it } from "vitest";
import { guidOf } from "../hcn/guid.ts";
import { FakeWindows } from "../testing/fake-windows.ts";
import { blindInspector, type HostInspection } from "./hazards/inspection.ts";

const HEALTHY: HostInspection = {
  services: [
    { name: "hns", startType: "Automatic", status: "Running" },
    { name: "SharedAccess", startType: "Manual", status: "Stopped" },
  ],
  nats: [],
  adapters: [{ name: "Ethernet", up: true, wireless: false, ipv6: true, onSwitch: false }],
  build: 20_348,
};

/** What the doctor finds on a host like this, with a NAT, an l2bridge and an ICS network wanted. */
async function found(
  host: Partial<HostInspection>,
  prepare?: (windows: FakeWindows) => Promise<unknown>,
  ports: readonly number[] = [],
) {
  const windows = new FakeWindows({ adapters: ["Ethernet", "Wi-Fi"] });
  const inspector = {
    ...blindInspector,
    inspect: async () => ({ ...HEALTHY, ...host }),
    excludedPorts: async () => new Set(ports),
  };
  const { controller } = await windows.open({ inspector });
  const SHIM = "com.docker.network.windowsshim";
  const web = await controller.createNetwork({ name: "web", ipam: { subnets: ["10.7.0.0/24"] } });
  await controller.createNetwork({ name: "ics", driver: "ics" });
  const interfaceOption = {
    [`${SHIM}.interface`]: host.adapters?.some(({ wireless }) => wireless) ? "Wi-Fi" : "Ethernet",
  };
  await controller.createNetwork({
    name: "lan",
    driver: "l2bridge",
    options: interfaceOption,
    ipam: { subnets: ["10.8.0.0/24"] },
  });
  await (await controller.createSandbox({ name: "box" })).join(web, { ports: ["8080:80"] });
  await prepare?.(windows);
  const findings = await controller.doctor();
  await controller.close();
  return findings.map(({ object, message, cause = "" }) => ({ object, text: `${message} ${cause}` }));
}

describe("what the doctor names on Windows", () => {
  it("nothing on a healthy host", async () => {
    expect(await found({})).toEqual([]);
  });

  it("another NAT, known to HNS or not", async () => {
    const nats = [{ name: "mine", prefix: "192.168.7.0/24" }];
    expect(await found({ nats })).toMatchObject([
      { object: "foreign-winnat", text: expect.stringContaining("Remove-NetNat") },
    ]);
    const foreign = (windows: FakeWindows) =>
      windows.hcn.networks.create({
        Name: "nat",
        Type: "NAT",
        Owner: "docker",
        Ipams: [{ Subnets: [{ IpAddressPrefix: "172.30.0.0/20" }] }],
      });
    expect(await found({}, foreign)).toMatchObject([
      { object: "other-nat-network", text: expect.stringContaining("docker") },
    ]);
  });

  it("adapters that are missing, down, or Wi-Fi", async () => {
    expect(await found({ adapters: [] })).toMatchObject([{ object: "no-such-adapter" }]);
    const [adapter] = HEALTHY.adapters;
    expect(await found({ adapters: adapter === undefined ? [] : [{ ...adapter, up: false }] })).toMatchObject([
      { object: "adapter-down" },
    ]);
    const wifi = { name: "Wi-Fi", up: true, wireless: true, ipv6: true, onSwitch: false };
    expect(await found({ adapters: [wifi] })).toMatchObject([{ object: "wireless-adapter" }]);
  });

  it("endpoints that somebody left behind, and Docker's daemon", async () => {
    const stale = async (windows: FakeWindows) => {
      const [network] = await windows.hcn.networks.list({ name: "web" });
      await windows.hcn.endpoints.create({ Name: "old", HostComputeNetwork: network?.ID ?? guidOf("") });
    };
    expect(await found({}, stale)).toMatchObject([
      { object: "stale-endpoint", text: expect.stringContaining("10.7.0.") },
    ]);
    const services = [{ name: "docker", startType: "Automatic", status: "Running" }];
    expect(await found({ services })).toMatchObject([{ object: "docker-daemon" }]);
  });

  it("services that are disabled, IPv6 that is unbound", async () => {
    const services = [{ name: "SharedAccess", startType: "Disabled", status: "Stopped" }];
    expect(await found({ services })).toMatchObject([
      { object: "ics-disabled", text: expect.stringContaining("Set-Service SharedAccess") },
    ]);
    const adapters = [
      ...HEALTHY.adapters,
      { name: "vEthernet (web)", up: true, wireless: false, ipv6: false, onSwitch: false },
    ];
    expect(await found({ adapters })).toMatchObject([
      { object: "ipv6-unbound", text: expect.stringContaining("ms_tcpip6") },
    ]);
  });

  it("that PowerShell does not answer", async () => {
    const windows = new FakeWindows();
    const inspect = async () => {
      throw new Error("it said nothing");
    };
    const { controller } = await windows.open({ inspector: { ...blindInspector, inspect } });
    await controller.createNetwork({ name: "web" });
    expect(await controller.doctor()).toMatchObject([
      { object: "not-inspected", message: expect.stringContaining("it said nothing") },
    ]);
    await controller.close();
  });
});
