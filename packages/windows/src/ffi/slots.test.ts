import { expect, it } from "vitest";
import { Slots } from "./slots.ts";

it("is idle when nothing runs and nothing waits", async () => {
  const slots = new Slots(2);
  const ends: (() => void)[] = [];
  const said: string[] = [];
  await slots.idle();
  const work = ["one", "two", "three"].map((name) =>
    slots.run(() => new Promise<void>((resolve) => ends.push(resolve))).then(() => said.push(name)),
  );
  const idle = slots.idle().then(() => said.push("idle"));
  for (let done = 0; done < 3; done++) {
    await expect.poll(() => ends.length).toBeGreaterThan(done);
    expect(said).not.toContain("idle");
    ends[done]?.();
    await work[done];
  }
  await idle;
  expect(said).toEqual(["one", "two", "three", "idle"]);
  await slots.idle();
});
