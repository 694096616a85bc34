import { describe, expect, it } from "vitest";
import { windowsIpam, windowsPoolId } from "./windows-ipam.ts";

const request = { addressSpace: "local", family: 4, options: {}, avoid: [] } as const;

describe("IPAM driver windows", () => {
  const ipam = windowsIpam();

  it("leaves the subnet to HNS, unless one is named", async () => {
    expect(await ipam.requestPool(request)).toMatchObject({ subnet: "0.0.0.0/0" });
    expect(await ipam.requestPool({ ...request, subnet: "10.7.0.0/24" })).toMatchObject({ subnet: "10.7.0.0/24" });
    expect(await ipam.requestPool({ ...request, family: 6, subnet: "FD07:0::/64" })).toMatchObject({
      subnet: "fd07::/64",
    });
  });

  it("refuses ranges, and IPv6 that nobody named", async () => {
    const words = "This request is not supported by the windows ipam driver";
    await expect(ipam.requestPool({ ...request, subnet: "10.7.0.0/24", ipRange: "10.7.0.0/25" })).rejects.toThrow(
      words,
    );
    await expect(ipam.requestPool({ ...request, family: 6 })).rejects.toThrow(words);
    await expect(ipam.requestPool({ ...request, subnet: "fd07::/64" })).rejects.toThrow("no IPv4 subnet");
  });

  it("leaves the address to HNS, unless one is preferred", async () => {
    const poolId = windowsPoolId("10.7.0.0/24");
    expect(await ipam.requestAddress({ poolId, options: {} })).toEqual({ address: "0.0.0.0/24" });
    expect(await ipam.requestAddress({ poolId, address: "10.7.0.9", options: {} })).toEqual({ address: "10.7.0.9/24" });
    await expect(ipam.requestAddress({ poolId, address: "10.8.0.9", options: {} })).rejects.toThrow(
      "not in 10.7.0.0/24",
    );
    await expect(ipam.requestAddress({ poolId: "elsewhere", options: {} })).rejects.toThrow("no pool");
  });

  it("takes the first address for the gateway", async () => {
    const options = { RequestAddressType: "com.docker.network.gateway" };
    const poolId = windowsPoolId("10.7.0.0/24");
    expect(await ipam.requestAddress({ poolId, options })).toEqual({ address: "10.7.0.1/24" });
    expect(await ipam.requestAddress({ poolId: windowsPoolId("fd07::/64"), options })).toEqual({
      address: "fd07::1/64",
    });
  });
});
