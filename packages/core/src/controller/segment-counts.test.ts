import { describe, expect, it } from "vitest";
import type { Endpoint } from "../model/endpoint.ts";
import { SegmentCounts } from "./segment-counts.ts";

const on = (networkId: string, segment?: number): Endpoint =>
  ({ networkId, ...(segment === undefined ? {} : { segment }) }) as Endpoint;

describe("how many endpoints there are on each segment", () => {
  it("offers the first segment that has room, and the next one when all are full", () => {
    const counts = new SegmentCounts();
    expect(counts.withRoom("net", 2)).toBe(0);
    for (const segment of [undefined, 0, 1, 1]) counts.add(on("net", segment));
    expect(counts.withRoom("net", 2)).toBe(2);
    expect(counts.withRoom("net", 3)).toBe(0);
    counts.remove(on("net", 1));
    expect(counts.withRoom("net", 2)).toBe(1);
    counts.remove(on("net"));
    expect(counts.withRoom("net", 2)).toBe(0);
  });

  it("passes over segments that never had anybody", () => {
    const counts = new SegmentCounts();
    counts.add(on("net", 0));
    counts.add(on("net", 5));
    expect(counts.withRoom("net", 1)).toBe(1);
  });

  it("counts each network by itself, and forgets one that is gone", () => {
    const counts = new SegmentCounts();
    counts.add(on("one"));
    expect(counts.withRoom("other", 1)).toBe(0);
    counts.forget("one");
    expect(counts.withRoom("one", 1)).toBe(0);
  });
});
