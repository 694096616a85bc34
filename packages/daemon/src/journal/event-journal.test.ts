import { describe, expect, it } from "vitest";
import type { EngineEvent } from "./engine-event.ts";
import { EventJournal } from "./event-journal.ts";
import { followEvents } from "./follow-events.ts";

const all = { wanted: () => true };
const never = new AbortController().signal;

describe("the journal", () => {
  it("keeps the last 256, with times that only grow", () => {
    const journal = new EventJournal();
    for (let number = 0; number < 300; number++) journal.log("network", "create", String(number), {});
    const kept = journal.kept();
    expect(kept.map(({ Actor }) => Actor.ID)).toEqual(Array.from({ length: 256 }, (_, index) => String(index + 44)));
    expect(kept.every(({ timeNano }, index) => index === 0 || timeNano > (kept[index - 1]?.timeNano ?? 0n))).toBe(true);
  });

  it("tells what was, up to now", async () => {
    const journal = new EventJournal();
    journal.log("network", "create", "a", {});
    journal.log("container", "create", "b", {});
    const found: string[] = [];
    const window = {
      since: 0n,
      until: BigInt(Date.now() + 5) * 1_000_000n,
      wanted: ({ Type }: EngineEvent) => Type === "network",
    };
    for await (const { Actor } of followEvents(journal, window, never)) found.push(Actor.ID);
    expect(found).toEqual(["a"]);
  });

  it("tells what is to come, until its reader goes", async () => {
    const journal = new EventJournal();
    journal.log("network", "create", "before", {});
    const gone = new AbortController();
    const events = followEvents(journal, all, gone.signal);
    const first = events.next();
    journal.log("network", "create", "after", {});
    expect((await first).value?.Actor.ID).toBe("after");
    const second = events.next();
    gone.abort();
    expect((await second).done).toBe(true);
  });

  it("lets a reader go that does not read", async () => {
    const journal = new EventJournal();
    const events = followEvents(journal, all, never);
    const first = events.next();
    for (let number = 0; number < 6000; number++) journal.log("network", "create", String(number), {});
    expect((await first).done).toBe(true);
  });
});
