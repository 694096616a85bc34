import type { JsonObject } from "../../api/json.ts";
import { UsageError } from "../../errors.ts";
import { given, type Input } from "../../program/input.ts";

const NANOSECONDS = 1_000_000;

/** Docker's health check, of what is given; empty when nothing is. The daemon knows defaults and limits. */
export function healthcheck(input: Input): JsonObject {
  const test = testOf(input);
  const check = given({
    Interval: nanoseconds(input, "health-interval"),
    Timeout: nanoseconds(input, "health-timeout"),
    StartPeriod: nanoseconds(input, "health-start-period"),
    StartInterval: nanoseconds(input, "health-start-interval"),
    Retries: input.integer("health-retries"),
  });
  if (!input.flag("no-healthcheck")) return { ...given({ Test: test }), ...check };
  if (test.length > 0 || Object.keys(check).length > 0) {
    throw new UsageError("--no-healthcheck and other --health options contradict each other");
  }
  return { Test: ["NONE"] };
}

function testOf(input: Input): readonly string[] {
  const tests = [
    ["health-cmd", "CMD-SHELL"],
    ["health-http", "HTTP"],
    ["health-tcp", "TCP"],
  ].flatMap(([option = "", kind = ""]) => {
    const text = input.text(option);
    return text === undefined ? [] : [{ option, test: [kind, text] }];
  });
  const [one, other] = tests;
  if (one !== undefined && other !== undefined) {
    throw new UsageError(`--${one.option} and --${other.option}: one test is possible`);
  }
  return one?.test ?? [];
}

function nanoseconds(input: Input, option: string): number | undefined {
  const milliseconds = input.duration(option);
  return milliseconds === undefined ? undefined : Math.round(milliseconds * NANOSECONDS);
}
