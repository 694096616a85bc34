import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HEALTH_DEFAULTS, type HealthCheck } from "../model/health-check.ts";
import { judge, nextTestIn, type Verdict } from "./judge.ts";

const CHECK: HealthCheck = { ...HEALTH_DEFAULTS, test: { type: "tcp", port: 80 } };
const STARTING: Verdict = { health: "starting", failures: 0 };
const HEALTHY: Verdict = { health: "healthy", failures: 0 };

const after = (check: HealthCheck, before: Verdict, results: readonly boolean[], elapsed = 1_000): Verdict =>
  results.reduce((verdict, passed) => judge(check, verdict, passed, elapsed), before);

describe("a task", () => {
  it("is healthy after one success, whatever it was", () => {
    for (const health of ["none", "starting", "healthy", "unhealthy"] as const) {
      expect(judge(CHECK, { health, failures: 7 }, true, 0)).toEqual(HEALTHY);
    }
  });

  it("is unhealthy after so many failures in a row, and not before", () => {
    expect(after(CHECK, HEALTHY, [false, false])).toEqual({ health: "healthy", failures: 2 });
    expect(after(CHECK, HEALTHY, [false, false, true, false, false]).health).toBe("healthy");
    expect(after(CHECK, HEALTHY, [false, false, false]).health).toBe("unhealthy");
    expect(after({ ...CHECK, retries: 1 }, HEALTHY, [false]).health).toBe("unhealthy");
  });

  it("may fail while it starts: for an interval at least, and for its start period", () => {
    const failures = Array<boolean>(9).fill(false);
    expect(after(CHECK, STARTING, failures, 29)).toEqual(STARTING);
    expect(after(CHECK, STARTING, [false, false, false], 30).health).toBe("unhealthy");
    expect(after({ ...CHECK, startPeriod: 60 }, STARTING, failures, 59)).toEqual(STARTING);
    expect(after({ ...CHECK, startPeriod: 60 }, STARTING, failures, 60).health).toBe("unhealthy");
    // Who has been healthy once has started.
    expect(after({ ...CHECK, startPeriod: 60 }, HEALTHY, [false, false, false], 3).health).toBe("unhealthy");
  });

  it("of which nothing is known takes connections until it has failed often enough", () => {
    expect(after(CHECK, { health: "none", failures: 0 }, [false, false]).health).toBe("none");
    expect(after(CHECK, { health: "none", failures: 0 }, [false, false, false]).health).toBe("unhealthy");
  });

  it("is what its last results say, in whatever order they come", () => {
    const check = { ...CHECK, retries: 3 };
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (results) => {
        const { health } = after(check, HEALTHY, results);
        const lastSuccess = results.lastIndexOf(true);
        expect(health).toBe(results.length - 1 - lastSuccess >= check.retries ? "unhealthy" : "healthy");
      }),
    );
  });
});

describe("the next test", () => {
  it("comes after an interval", () => {
    expect(nextTestIn(CHECK, HEALTHY, 5, 0)).toBe(30_000);
    expect(nextTestIn(CHECK, { health: "unhealthy", failures: 4 }, 5, 0)).toBe(30_000);
    expect(nextTestIn(CHECK, STARTING, 5, 30)).toBe(30_000);
  });

  it("comes soon while the task starts, and never later than an interval", () => {
    expect([1, 2, 3, 4, 5, 6, 99].map((tests) => nextTestIn(CHECK, STARTING, tests, 1))).toEqual([
      250, 500, 1_000, 2_000, 4_000, 5_000, 5_000,
    ]);
    expect(nextTestIn({ ...CHECK, interval: 0.1 }, STARTING, 1, 0)).toBe(100);
    expect(nextTestIn({ ...CHECK, startInterval: 1 }, STARTING, 9, 0)).toBe(1_000);
  });
});
