import { describe, expect, it } from "vitest";
import { EndOfTurn } from "./end-of-turn.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("EndOfTurn", () => {
  it("does what was put off in one turn together, in order, and what is put off then in the next", async () => {
    const done: string[] = [];
    const end = new EndOfTurn();
    end.later(() => {
      done.push("a");
      end.later(() => done.push("c"));
    });
    end.later(() => done.push("b"));
    await Promise.resolve();
    expect(done).toEqual([]);
    await turn();
    expect(done).toEqual(["a", "b"]);
    await turn();
    expect(done).toEqual(["a", "b", "c"]);
  });
});
