import { describe, expect, it } from "vitest";
import { FakeClock, settled } from "../../testing/fake-clock.ts";
import { type Hedged, type HedgeOptions, hedged } from "./hedged.ts";

/** Servers that say nothing until told, with what was asked of them and when. */
class Servers {
  readonly clock = new FakeClock();
  readonly asked: string[] = [];
  readonly signals: AbortSignal[] = [];
  readonly #replies = new Map<string, ((answer: string | undefined | Error) => void)[]>();
  result: string | undefined | "waiting" = "waiting";
  #race: Hedged<string> | undefined;

  cancel(): void {
    this.#race?.cancel();
  }

  start(names: readonly string[], options: Partial<HedgeOptions> = {}): void {
    const all: HedgeOptions = {
      clock: this.clock,
      delayMs: 100,
      rounds: 2,
      deadlineMs: 1000,
      random: () => 0.5,
    };
    const ask = (name: string, signal: AbortSignal) =>
      new Promise<string | undefined>((resolve, reject) => {
        this.asked.push(`${name} at ${this.clock.now()}`);
        this.signals.push(signal);
        const reply = (answer: string | undefined | Error) =>
          answer instanceof Error ? reject(answer) : resolve(answer);
        this.#replies.set(name, [...(this.#replies.get(name) ?? []), reply]);
      });
    this.#race = hedged(names, ask, { ...all, ...options });
    void this.#race.answer.then((answer) => {
      this.result = answer;
    });
  }

  async reply(name: string, answer: string | undefined | Error): Promise<void> {
    this.#replies.get(name)?.shift()?.(answer);
    await settled();
  }
}

describe("a hedged question", () => {
  it("goes to the first one only, when that answers in time", async () => {
    const servers = new Servers();
    servers.start(["a", "b"]);
    await servers.clock.pass(99);
    await servers.reply("a", "yes");
    expect([servers.result, servers.asked]).toEqual(["yes", ["a at 0"]]);
    expect(servers.clock.pending).toBe(0);
  });

  it("goes to the next one too when the first is slow, and the first answer wins", async () => {
    const servers = new Servers();
    servers.start(["a", "b"]);
    await servers.clock.pass(150);
    await servers.reply("b", "from b");
    expect([servers.result, servers.asked]).toEqual(["from b", ["a at 0", "b at 100"]]);
    expect(servers.signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it("waits an eighth less, or more, as it falls", async () => {
    for (const [random, moment] of [
      [0, 87.5],
      [0.999, 112.475],
    ] as const) {
      const servers = new Servers();
      servers.start(["a", "b"], { random: () => random });
      await servers.clock.pass(150);
      expect(servers.asked).toEqual(["a at 0", `b at ${moment}`]);
    }
  });

  it("can still be answered by the slow one", async () => {
    const servers = new Servers();
    servers.start(["a", "b"]);
    await servers.clock.pass(150);
    await servers.reply("a", "from a");
    expect(servers.result).toBe("from a");
  });

  it.each([
    ["a refusal", undefined],
    ["an error", new Error("connection refused")],
  ])("goes on at once after %s, and never back there", async (_, failure) => {
    const servers = new Servers();
    servers.start(["a", "b"]);
    await servers.clock.pass(10);
    await servers.reply("a", failure);
    await servers.clock.pass(900);
    expect(servers.asked).toEqual(["a at 0", "b at 10", "b at 110"]);
    await servers.reply("b", "yes");
    expect(servers.result).toBe("yes");
  });

  it("goes to those that are silent again, later each time", async () => {
    const servers = new Servers();
    servers.start(["a", "b"], { rounds: 3, deadlineMs: 5000 });
    await servers.clock.pass(4000);
    expect(servers.asked).toEqual(["a at 0", "b at 100", "a at 200", "b at 400", "a at 600", "b at 1000"]);
  });

  it("ends when all have failed", async () => {
    const servers = new Servers();
    servers.start(["a", "b"]);
    await servers.clock.pass(10);
    await servers.reply("a", undefined);
    await servers.reply("b", new Error("unreachable"));
    expect(servers.result).toBeUndefined();
    expect(servers.clock.pending).toBe(0);
  });

  it("ends at its deadline, and aborts what is under way", async () => {
    const servers = new Servers();
    servers.start(["a", "b"]);
    await servers.clock.pass(999);
    expect(servers.result).toBe("waiting");
    await servers.clock.pass(1);
    expect(servers.result).toBeUndefined();
    expect(servers.signals.every(({ aborted }) => aborted)).toBe(true);
    expect(servers.clock.pending).toBe(0);
  });

  it("ends when it is cancelled", async () => {
    const servers = new Servers();
    servers.start(["a"]);
    servers.cancel();
    await settled();
    expect(servers.result).toBeUndefined();
    expect([servers.clock.pending, servers.signals[0]?.aborted]).toEqual([0, true]);
  });

  it("is not asked where there is nobody, or no time", async () => {
    for (const [names, options] of [
      [[], {}],
      [["a"], { deadlineMs: 0 }],
    ] as const) {
      const servers = new Servers();
      servers.start(names, options);
      await settled();
      expect([servers.result, servers.asked]).toEqual([undefined, []]);
    }
  });
});
