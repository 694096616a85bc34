import { describe, expect, it } from "vitest";
import { PacedSender } from "./paced-sender.ts";

/** A clock that goes on when something is sent, and when it is told to. */
class Bench {
  readonly sent: (readonly [name: string, at: number])[] = [];
  readonly sender = new PacedSender({
    now: () => this.#time,
    later: (milliseconds, body) => this.#timers.push({ at: this.#time + milliseconds, body }),
  });
  readonly #timers: { readonly at: number; body(): void }[] = [];
  #time = 0;

  send(name: string, { takes = 1, urgent = false, signal = new AbortController().signal } = {}): Promise<number> {
    const sending = async (): Promise<number> => {
      this.sent.push([name, this.#time]);
      this.#time += takes;
      return name.length;
    };
    return this.sender.send(sending, urgent, signal);
  }

  /** Until nothing waits for a timer. */
  async run(): Promise<void> {
    await settled();
    for (let timer = this.#timers.shift(); timer !== undefined; timer = this.#timers.shift()) {
      this.#time = timer.at;
      timer.body();
      await settled();
    }
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("frames to all neighbours", () => {
  it("rest nine times as long as one took", async () => {
    const bench = new Bench();
    const all = Promise.all([bench.send("a"), bench.send("bb", { takes: 2 }), bench.send("c")]);
    await bench.run();
    expect(bench.sent).toEqual([
      ["a", 0],
      ["bb", 10],
      ["c", 30],
    ]);
    expect(await all).toEqual([1, 2, 1]);
  });

  it("do not wait when nothing was sent just before", async () => {
    const bench = new Bench();
    await bench.send("a");
    await bench.run();
    bench.send("b");
    await bench.run();
    expect(bench.sent.map(([name]) => name)).toEqual(["a", "b"]);
  });

  it("go first and without rest when they are urgent", async () => {
    const bench = new Bench();
    bench.send("a");
    bench.send("b");
    bench.send("c", { urgent: true });
    bench.send("d", { urgent: true });
    await bench.run();
    expect(bench.sent).toEqual([
      ["a", 0],
      ["c", 1],
      ["d", 2],
      ["b", 12],
    ]);
  });

  it("rest no longer than twenty milliseconds", async () => {
    const bench = new Bench();
    bench.send("a", { takes: 1_000 });
    bench.send("b");
    await bench.run();
    expect(bench.sent.at(-1)).toEqual(["b", 1_020]);
  });

  it("are not sent once their signal aborts, and keep nobody waiting", async () => {
    const bench = new Bench();
    const controller = new AbortController();
    bench.send("a");
    const dropped = bench.send("b", { signal: controller.signal });
    bench.send("c");
    controller.abort();
    expect(await dropped).toBe(0);
    await bench.run();
    expect(bench.sent.map(([name]) => name)).toEqual(["a", "c"]);
  });

  it("fail each for itself", async () => {
    const bench = new Bench();
    const { signal } = new AbortController();
    const failed = bench.sender.send(() => Promise.reject(new Error("gone")), false, signal);
    const fine = bench.send("a");
    await expect(failed).rejects.toThrow("gone");
    await bench.run();
    expect(await fine).toBe(1);
  });
});
