import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { IpamDriver, PoolRequest } from "../contracts/ipam-driver.ts";
import { ipamConformance } from "../testing/ipam-conformance.ts";
import { defaultIpam } from "./default-ipam.ts";

ipamConformance("default", () => defaultIpam({ hostId: "test" }), { describe, it });

const ask = (driver: IpamDriver, more: Partial<PoolRequest> = {}) =>
  driver.requestPool({ addressSpace: "local", family: 4, options: {}, avoid: [], ...more });

async function askAll(
  driver: IpamDriver,
  more: Partial<PoolRequest> = {},
): Promise<{ subnets: string[]; error: unknown }> {
  const subnets: string[] = [];
  for (;;) {
    try {
      subnets.push((await ask(driver, more)).subnet);
    } catch (error) {
      return { subnets, error };
    }
  }
}

describe("predefined pools", () => {
  it("are Docker's 31, in its order", async () => {
    const { subnets, error } = await askAll(defaultIpam({ hostId: "test" }));
    const expected = [
      ...Array.from({ length: 15 }, (_, index) => `172.${17 + index}.0.0/16`),
      ...Array.from({ length: 16 }, (_, index) => `192.168.${index * 16}.0/20`),
    ];
    expect(subnets).toEqual(expected);
    expect(error).toMatchObject({
      kind: "unavailable",
      code: "no-pool",
      message:
        "all 31 predefined local IPv4 pools are taken (31 by other networks): name a subnet, or configure more address pools",
    });
  });

  it("of the global space are the /24 of 10.0.0.0/8, apart from local ones", async () => {
    const driver = defaultIpam({ hostId: "test" });
    await ask(driver, { subnet: "10.0.0.0/16" });
    expect((await ask(driver, { addressSpace: "global" })).subnet).toBe("10.0.0.0/24");
    expect((await ask(driver, { addressSpace: "global" })).subnet).toBe("10.0.1.0/24");
    await expect(ask(driver, { addressSpace: "global", family: 6 })).rejects.toThrow(
      "there are no predefined global IPv6 pools: name a subnet",
    );
  });

  it("for IPv6 come from a hash of the host's id", async () => {
    const driver = defaultIpam({ hostId: "host-1" });
    const hash = createHash("sha256").update("host-1").digest("hex");
    const first = (await ask(driver, { family: 6 })).subnet;
    const digits = `fd${hash.slice(6, 16)}`;
    const groups = [0, 4, 8].map((at) => Number.parseInt(digits.slice(at, at + 4), 16).toString(16));
    expect(first).toBe(`${groups.join(":")}::/64`);
    expect((await ask(driver, { family: 6 })).subnet).toBe(`${groups.join(":")}:1::/64`);
    expect((await ask(defaultIpam({ hostId: "host-1" }), { family: 6 })).subnet).toBe(first);
    expect((await ask(defaultIpam({ hostId: "host-2" }), { family: 6 })).subnet).not.toBe(first);
  });

  it("can be configured, each family for itself", async () => {
    const driver = defaultIpam({ hostId: "test", localPools: [{ base: "10.200.0.0/23", size: 24 }] });
    expect((await askAll(driver)).subnets).toEqual(["10.200.0.0/24", "10.200.1.0/24"]);
    expect((await ask(driver, { family: 6 })).subnet).toMatch(/^fd/);
  });

  it("with faults are refused, all faults at once", () => {
    const localPools = [
      { base: "10.200.0.1/16", size: 24 },
      { base: "10.201.0.0/16", size: 8 },
      { base: "10.202.0.0/16", size: 24.5 },
      { base: "10.203.0.0/16", size: 33 },
      { base: "10.201.7.0/24", size: 24 },
      { base: "nonsense", size: 24 },
    ];
    const attempt = () => defaultIpam({ hostId: "test", localPools });
    expect(attempt).toThrow(
      expect.objectContaining({
        kind: "invalid",
        faults: [
          expect.stringMatching(/^localPools\[0\].base .* the network is 10.200.0.0\/16/),
          expect.stringMatching(/^localPools\[1\].size 8 is no prefix length from 16/),
          expect.stringMatching(/^localPools\[2\].size 24.5 /),
          expect.stringMatching(/^localPools\[3\].size 33 /),
          "localPools[4].base 10.201.7.0/24 overlaps localPools[1].base",
          expect.stringMatching(/^localPools\[5\].base "nonsense" /),
        ],
      }),
    );
  });
});

describe("a pool of a given size", () => {
  it("comes from the predefined pools", async () => {
    const driver = defaultIpam({ hostId: "test" });
    expect((await ask(driver, { subnet: "0.0.0.0/26" })).subnet).toBe("172.17.0.0/26");
    expect((await ask(driver, { subnet: "0.0.0.0/26" })).subnet).toBe("172.17.0.64/26");
    // 172.17.0.0/16 is begun, so a whole /16 is the next one; only the /14 bases hold a /15.
    expect((await ask(driver)).subnet).toBe("172.18.0.0/16");
    expect((await ask(driver, { subnet: "0.0.0.0/15" })).subnet).toBe("172.20.0.0/15");
    expect((await ask(driver, { family: 6, subnet: "::/80" })).subnet).toMatch(/^fd.*\/80$/);
    await expect(ask(driver, { subnet: "0.0.0.0/8" })).rejects.toThrow("no predefined local IPv4 pools of size /8");
  });

  it("has no ip-range, as nobody knows its subnet", async () => {
    const attempt = ask(defaultIpam({ hostId: "test" }), { subnet: "0.0.0.0/24", ipRange: "172.17.0.0/25" });
    await expect(attempt).rejects.toThrow("ip-range 172.17.0.0/25 needs a subnet");
  });
});

describe("what is to be avoided", () => {
  const office = { prefix: "192.168.0.0/17", what: "host route via wlan0" };
  const tunnel = { prefix: "172.16.0.0/12", what: "host route via tun0" };

  const desk = { prefix: "192.168.0.0/24", what: "host route via eth0" };

  it("is skipped, and named when nothing is left, the widest first", async () => {
    const { subnets, error } = await askAll(defaultIpam({ hostId: "test" }), { avoid: [desk, office, tunnel] });
    expect(subnets).toEqual(Array.from({ length: 8 }, (_, index) => `192.168.${128 + index * 16}.0/20`));
    expect(error).toMatchObject({
      message: expect.stringContaining(
        "all 31 predefined local IPv4 pools are taken (15 by 172.16.0.0/12 (host route via tun0), " +
          "8 by 192.168.0.0/17 (host route via wlan0), 8 by other networks)",
      ),
    });
  });

  it("forbids an overlapping subnet, and is named", async () => {
    const driver = defaultIpam({ hostId: "test" });
    const attempt = ask(driver, { subnet: "172.20.5.0/24", avoid: [office, tunnel] });
    await expect(attempt).rejects.toMatchObject({
      kind: "forbidden",
      code: "route-overlap",
      message: "subnet 172.20.5.0/24 overlaps 172.16.0.0/12 (host route via tun0)",
    });
    await ask(driver, { subnet: "172.20.5.0/24" });
  });

  it.each(["0.0.0.0/0", "0.0.0.0/1"])("is not %s, which means everywhere", async (prefix) => {
    const avoid = [{ prefix, what: "host route via tun0" }];
    expect((await ask(defaultIpam({ hostId: "test" }), { avoid })).subnet).toBe("172.17.0.0/16");
  });

  it.each(["::/0", "2000::/3", "fe80::/64"])("is not %s for a subnet of IPv6", async (prefix) => {
    const avoid = [{ prefix, what: "host route via tun0" }];
    const driver = defaultIpam({ hostId: "test" });
    await ask(driver, { family: 6, subnet: "2001:db8::/64", avoid });
    await ask(driver, { family: 6, subnet: "fe80::/64", avoid });
  });
});

describe("addresses", () => {
  it("of an unknown pool are not found", async () => {
    const attempt = defaultIpam({ hostId: "test" }).requestAddress({ poolId: "local/10.7.0.0/24", options: {} });
    await expect(attempt).rejects.toMatchObject({ kind: "not-found", message: expect.stringContaining("10.7.0.0/24") });
  });

  it("go on after the last one with the serial option", async () => {
    const driver = defaultIpam({ hostId: "test" });
    const { id: poolId } = await ask(driver, { subnet: "10.7.0.0/24" });
    const options = { "com.docker.network.ipam.serial": "true" };
    await driver.requestAddress({ poolId, options });
    await driver.requestAddress({ poolId, address: "10.7.0.3", options });
    expect((await driver.requestAddress({ poolId, options })).address).toBe("10.7.0.2/24");
    expect((await driver.requestAddress({ poolId, options })).address).toBe("10.7.0.4/24");
  });

  it("are the same after a replay", async () => {
    const before = defaultIpam({ hostId: "test" });
    const pool = await ask(before, { subnet: "10.7.0.0/24", ipRange: "10.7.0.128/25" });
    const first = await before.requestAddress({ poolId: pool.id, options: {} });

    const after = defaultIpam({ hostId: "test" });
    const again = await ask(after, { subnet: "10.7.0.0/24", ipRange: "10.7.0.128/25" });
    expect(again).toEqual(pool);
    const [address] = first.address.split("/");
    expect(await after.requestAddress({ poolId: pool.id, address: address ?? "", options: {} })).toEqual(first);
    expect((await after.requestAddress({ poolId: pool.id, options: {} })).address).toBe("10.7.0.129/24");
  });
});
