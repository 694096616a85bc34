import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock, settled } from "../../testing/fake-clock.ts";
import { Slots } from "./slots.ts";
import { TokenBuckets } from "./token-bucket.ts";

describe("token buckets", () => {
  it("let through a burst, and then so many a second, client by client", async () => {
    const clock = new FakeClock();
    const buckets = new TokenBuckets({ perSecond: 10, burst: 3 }, clock.now);
    const takes = (client: string, times: number) =>
      Array.from({ length: times }, () => buckets.take(client)).filter((taken) => taken).length;
    expect(takes("a", 5)).toBe(3);
    expect(takes("b", 5)).toBe(3);
    await clock.pass(100);
    expect(takes("a", 5)).toBe(1);
    await clock.pass(10_000);
    expect(takes("a", 5)).toBe(3);
  });

  it("never let more through than burst and rate together", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(300), { maxLength: 60 }), async (pauses) => {
        const clock = new FakeClock();
        const buckets = new TokenBuckets({ perSecond: 20, burst: 5 }, clock.now);
        let taken = 0;
        for (const pause of pauses) {
          if (buckets.take("a")) taken++;
          await clock.pass(pause);
        }
        expect(taken).toBeLessThanOrEqual(5 + (clock.now() / 1000) * 20);
      }),
      { numRuns: 50 },
    );
  });

  it("keep nothing of clients that have been at rest", async () => {
    const clock = new FakeClock();
    const buckets = new TokenBuckets({ perSecond: 1000, burst: 2 }, clock.now);
    for (let client = 0; client < 10_000; client++) {
      buckets.take(`client ${client}`);
      if (client % 100 === 0) await clock.pass(10);
    }
    expect(buckets.size).toBeLessThan(2000);
  });
});

describe("slots", () => {
  it("are taken, waited for in order, and passed on", async () => {
    const slots = new Slots(1, 2, new FakeClock());
    const got: string[] = [];
    const take = (name: string) => slots.take(100).then((taken) => got.push(`${name} ${taken}`));
    for (const name of ["a", "b", "c", "d"]) void take(name);
    await settled();
    expect(got).toEqual(["a true", "d false"]);
    slots.give();
    slots.give();
    await settled();
    expect(got).toEqual(["a true", "d false", "b true", "c true"]);
    slots.give();
    expect(await slots.take(0)).toBe(true);
  });

  it("are not waited for longer than patience lasts", async () => {
    const clock = new FakeClock();
    const slots = new Slots(1, 2, clock);
    await slots.take(0);
    const waiting = slots.take(100);
    await clock.pass(100);
    expect(await waiting).toBe(false);
    slots.give();
    expect(await slots.take(0)).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
