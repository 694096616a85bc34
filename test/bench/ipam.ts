import { setImmediate } from "node:timers/promises";
import { defaultIpam, formatAddress, type IpamDriver, type Pool, parseAddress } from "@cnm/core";
import { type BenchRow, median, report } from "./report.ts";

const MILLION = 1_000_000;
const HALF_OF_SLASH_8 = 2 ** 23;
/** Single requests are too short for the clock; each sample is the mean of so many. */
const BATCH = 10;
const SAMPLES = 500;

await report("IPAM: time of one address, memory of many", measureIpam);

/** Everything through the driver's own contract, text in and text out, as the controller uses it. */
export async function measureIpam(): Promise<readonly BenchRow[]> {
  return [
    ...(await million("in a /8, one after the other", "10.0.0.0/8", () => undefined)),
    ...(await million("in a /8, at random", "10.0.0.0/8", randomIpv4())),
    ...(await million("in a /64, one after the other", "fd07::/64", () => undefined)),
    ...(await million("in a /64, at random", "fd07::/64", randomIpv6())),
    ...(await halfFull()),
  ];
}

async function halfFull(): Promise<readonly BenchRow[]> {
  const { driver, pool } = await open("10.0.0.0/8");
  await fill(driver, pool, HALF_OF_SLASH_8);
  const free = await perRequest(() => driver.requestAddress({ poolId: pool.id, options: {} }));
  const given = parseAddress("10.0.0.0").value;
  let next = 1n;
  const cycle = await perRequest(async () => {
    next += 1009n;
    const address = formatAddress({ family: 4, value: given + next });
    await driver.releaseAddress(pool.id, address);
    await driver.requestAddress({ poolId: pool.id, options: {} });
  });
  return [
    { name: "/8 half full: any free address", value: free, unit: "µs", target: "< 20 µs", met: free < 20 },
    {
      name: "/8 half full: give one back, then any free one",
      value: cycle,
      unit: "µs",
      target: "< 20 µs",
      met: cycle < 20,
    },
  ];
}

async function million(name: string, subnet: string, choose: () => string | undefined): Promise<readonly BenchRow[]> {
  const { driver, pool } = await open(subnet);
  const before = await held();
  await fill(driver, pool, MILLION, choose);
  const megabytes = ((await held()) - before) / 1e6;
  const time = await perRequest(() => driver.requestAddress({ poolId: pool.id, options: {} }));
  return [
    { name: `a million ${name}: memory`, value: megabytes, unit: "MB", target: "< 64 MB", met: megabytes < 64 },
    { name: `a million ${name}: one more`, value: time, unit: "µs", target: "< 20 µs", met: time < 20 },
  ];
}

async function open(subnet: string): Promise<{ readonly driver: IpamDriver; readonly pool: Pool }> {
  const driver = defaultIpam({ hostId: "bench" });
  const family = subnet.includes(":") ? 6 : 4;
  return { driver, pool: await driver.requestPool({ addressSpace: "local", family, subnet, options: {}, avoid: [] }) };
}

async function fill(driver: IpamDriver, pool: Pool, count: number, choose: () => string | undefined = () => undefined) {
  for (let done = 0; done < count; done++) {
    const address = choose();
    await driver.requestAddress({ poolId: pool.id, options: {}, ...(address === undefined ? {} : { address }) });
  }
}

/** Median time of one call in µs. */
async function perRequest(request: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const start = performance.now();
    for (let call = 0; call < BATCH; call++) await request();
    times.push(((performance.now() - start) * 1000) / BATCH);
  }
  return median(times);
}

/** Collects until nothing more comes free: what the measurement before left behind may take several rounds. */
async function held(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error("memory is measured with node --expose-gc");
  let before = Number.POSITIVE_INFINITY;
  for (;;) {
    await setImmediate();
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external > before - 10_000) return heapUsed + external;
    before = heapUsed + external;
  }
}

/** All different: an odd step walks through every number below a power of two, in an order that looks random. */
function* scattered(bits: bigint): Generator<bigint, never> {
  const step = BigInt.asUintN(Number(bits), 0x9e3779b97f4a7c15n) | 1n;
  for (let value = step; ; value = BigInt.asUintN(Number(bits), value + step)) yield value;
}

function randomIpv4(): () => string {
  const offsets = scattered(24n);
  const base = parseAddress("10.0.0.0").value;
  return () => formatAddress({ family: 4, value: base + offsets.next().value });
}

function randomIpv6(): () => string {
  const offsets = scattered(64n);
  const base = parseAddress("fd07::").value;
  return () => formatAddress({ family: 6, value: base + offsets.next().value });
}
