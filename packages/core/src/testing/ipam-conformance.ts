import assert from "node:assert/strict";
import { parseAddress } from "../address/address.ts";
import { contains, formatPrefix, networkOf, overlaps, parseInterfaceAddress, parsePrefix } from "../address/prefix.ts";
import type { IpamDriver, Pool, PoolRequest } from "../contracts/ipam-driver.ts";
import { CnmError, type ErrorKind } from "../errors/cnm-error.ts";
import type { Family } from "../model/network.ts";
import type { TestRunner } from "./test-runner.ts";

/**
 * What every IPAM driver that hands out addresses has to do.
 *
 * @param create A driver with nothing handed out, for each test a new one.
 * @example ipamConformance("default", () => defaultIpam({ hostId: "test" }), { describe, it });
 */
export function ipamConformance(
  subject: string,
  create: () => IpamDriver | Promise<IpamDriver>,
  { describe, it }: TestRunner,
): void {
  describe(`IPAM driver ${subject}`, () => {
    it("tells its capabilities", async () => {
      const capabilities = await (await create()).capabilities();
      assert.equal(typeof capabilities.requiresMacAddress, "boolean");
      assert.equal(typeof capabilities.requiresReplay, "boolean");
    });

    for (const family of [4, 6] as const) describe(`with IPv${family}`, () => familyCases(family, create, it));

    it("refuses a subnet of the other family", async () => {
      const driver = await create();
      await refuses(driver.requestPool(poolRequest(4, { subnet: "fd07:7::/64" })), "invalid");
    });
  });
}

interface Samples {
  readonly subnet: string;
  readonly inside: string;
  readonly alsoInside: string;
  readonly outside: string;
  readonly wider: string;
  readonly hostBits: string;
  readonly range: string;
  readonly foreignRange: string;
  /** All addresses of `tiny`. */
  readonly tiny: string;
  readonly tinyAddresses: readonly string[];
  readonly uncanonical?: string;
}

const SAMPLES: Readonly<Record<Family, Samples>> = {
  4: {
    subnet: "10.77.0.0/24",
    inside: "10.77.0.99",
    alsoInside: "10.77.0.9",
    outside: "10.78.0.9",
    wider: "10.76.0.0/14",
    hostBits: "10.77.0.5/24",
    range: "10.77.0.128/25",
    foreignRange: "10.78.0.0/25",
    tiny: "10.77.9.0/31",
    tinyAddresses: ["10.77.9.0/31", "10.77.9.1/31"],
  },
  6: {
    subnet: "fd07:7::/64",
    inside: "fd07:7::99",
    alsoInside: "fd07:7::9",
    outside: "fd07:8::9",
    wider: "fd07::/16",
    hostBits: "fd07:7::5/64",
    range: "fd07:7::8000/113",
    foreignRange: "fd07:8::8000/113",
    tiny: "fd07:9::/127",
    tinyAddresses: ["fd07:9::/127", "fd07:9::1/127"],
    uncanonical: "FD07:0007:0::/64",
  },
};

function familyCases(family: Family, create: () => IpamDriver | Promise<IpamDriver>, it: TestRunner["it"]): void {
  const sample = SAMPLES[family];
  const ask = (driver: IpamDriver, more: Partial<PoolRequest> = {}) => driver.requestPool(poolRequest(family, more));

  it("gives the subnet that is asked for, in canonical text", async () => {
    const pool = await ask(await create(), { subnet: sample.uncanonical ?? sample.subnet });
    assert.equal(pool.subnet, sample.subnet);
    assert.equal(pool.ipRange, undefined);
  });

  it("chooses subnets that do not overlap", async () => {
    const driver = await create();
    const pools: Pool[] = [];
    for (let count = 0; count < 5; count++) pools.push(await ask(driver));
    for (const [index, pool] of pools.entries()) {
      assert.equal(parsePrefix(pool.subnet).family, family);
      for (const other of pools.slice(0, index)) {
        assert.ok(!overlaps(parsePrefix(pool.subnet), parsePrefix(other.subnet)), `${pool.subnet} ${other.subnet}`);
      }
    }
  });

  it("chooses no subnet that is to be avoided", async () => {
    const first = await ask(await create());
    const second = await ask(await create(), { avoid: [{ prefix: first.subnet, what: "host route via test0" }] });
    assert.ok(!overlaps(parsePrefix(first.subnet), parsePrefix(second.subnet)));
  });

  it("refuses a subnet that overlaps another network's, and names both", async () => {
    const driver = await create();
    await ask(driver, { subnet: sample.subnet });
    for (const subnet of [sample.subnet, sample.wider]) {
      const error = await refuses(ask(driver, { subnet }), "forbidden", "pool-overlap");
      assert.ok(error.message.includes(sample.subnet) && error.message.includes(subnet), error.message);
    }
  });

  it("refuses a subnet with host bits or with an ip-range outside of it", async () => {
    const driver = await create();
    await refuses(ask(driver, { subnet: sample.hostBits }), "invalid");
    await refuses(ask(driver, { subnet: sample.subnet, ipRange: sample.foreignRange }), "invalid");
    await ask(driver, { subnet: sample.subnet });
  });

  it("gives a released subnet again", async () => {
    const driver = await create();
    const pool = await ask(driver, { subnet: sample.subnet });
    await driver.releasePool(pool.id);
    assert.equal((await ask(driver, { subnet: sample.subnet })).subnet, sample.subnet);
  });

  it("hands out different addresses of the subnet, with its length", async () => {
    const driver = await create();
    const pool = await ask(driver, { subnet: sample.subnet });
    const requests = Array.from({ length: 50 }, () => driver.requestAddress({ poolId: pool.id, options: {} }));
    const texts = (await Promise.all(requests)).map(({ address }) => address);
    assert.equal(new Set(texts).size, texts.length);
    for (const text of texts) assert.equal(formatPrefix(networkOf(parseInterfaceAddress(text))), sample.subnet);
  });

  it("hands out addresses of the ip-range only, but any of the subnet by name", async () => {
    const driver = await create();
    const pool = await ask(driver, { subnet: sample.subnet, ipRange: sample.range });
    assert.equal(pool.ipRange, sample.range);
    const { address } = await driver.requestAddress({ poolId: pool.id, options: {} });
    assert.ok(contains(parsePrefix(sample.range), parseAddress(bare(address))), address);
    const named = await driver.requestAddress({ poolId: pool.id, address: sample.alsoInside, options: {} });
    assert.equal(bare(named.address), sample.alsoInside);
  });

  it("gives a named address once, and names it when it is in use", async () => {
    const driver = await create();
    const pool = await ask(driver, { subnet: sample.subnet });
    const request = { poolId: pool.id, address: sample.inside, options: {} };
    assert.equal(bare((await driver.requestAddress(request)).address), sample.inside);
    const error = await refuses(driver.requestAddress(request), "forbidden", "address-in-use");
    assert.ok(error.message.includes(sample.inside), error.message);
    await driver.releaseAddress(pool.id, sample.inside);
    await driver.requestAddress(request);
  });

  it("refuses an address outside of the pool", async () => {
    const driver = await create();
    const pool = await ask(driver, { subnet: sample.subnet });
    const request = { poolId: pool.id, address: sample.outside, options: {} };
    const error = await refuses(driver.requestAddress(request), "invalid", "address-out-of-range");
    assert.ok(error.message.includes(sample.outside), error.message);
  });

  it("hands out a released address when no other is left", async () => {
    const driver = await create();
    const pool = await ask(driver, { subnet: sample.tiny });
    const request = { poolId: pool.id, options: {} };
    const both = [await driver.requestAddress(request), await driver.requestAddress(request)];
    assert.deepEqual(both.map(({ address }) => address).sort(), sample.tinyAddresses);
    await refuses(driver.requestAddress(request), "unavailable", "no-address");
    await driver.releaseAddress(pool.id, bare(sample.tinyAddresses[1] ?? ""));
    assert.equal((await driver.requestAddress(request)).address, sample.tinyAddresses[1]);
  });

  it("takes releases of what is free or gone for done", async () => {
    const driver = await create();
    const pool = await ask(driver, { subnet: sample.subnet });
    await driver.releaseAddress(pool.id, sample.inside);
    await driver.releasePool(pool.id);
    await driver.releasePool(pool.id);
    await driver.releaseAddress(pool.id, sample.inside);
  });

  it("keeps restored addresses back as long as others are free", async () => {
    const driver = await create();
    if (driver.restoreReleased === undefined) return;
    const fresh = await ask(driver, { subnet: sample.subnet });
    const first = bare((await driver.requestAddress({ poolId: fresh.id, options: {} })).address);
    await driver.releasePool(fresh.id);

    const pool = await ask(driver, { subnet: sample.subnet });
    driver.restoreReleased(pool.id, [first]);
    const next = await driver.requestAddress({ poolId: pool.id, options: {} });
    assert.notEqual(bare(next.address), first);
    await driver.requestAddress({ poolId: pool.id, address: first, options: {} });
  });
}

function poolRequest(family: Family, more: Partial<PoolRequest>): PoolRequest {
  return { addressSpace: "local", family, options: {}, avoid: [], ...more };
}

const bare = (text: string): string => text.slice(0, text.indexOf("/"));

async function refuses(attempt: Promise<unknown>, kind: ErrorKind, code?: string): Promise<CnmError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CnmError, `a CnmError ${kind} ${code ?? ""} was due, not ${String(error)}`);
  assert.equal(error.kind, kind, error.message);
  if (code !== undefined) assert.equal(error.code, code, error.message);
  return error;
}
