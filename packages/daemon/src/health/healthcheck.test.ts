import { HEALTH_DEFAULTS, type HealthCheck } from "@cnm/core";
import { expect, it } from "vitest";
import { healthcheckJson, readHealthcheck } from "./healthcheck.ts";

it.each([
  [{ Test: ["CMD", "check", "it"] }, { exec: ["check", "it"] }],
  [{ Test: ["CMD-SHELL", "curl -f x || exit 1"] }, { exec: ["/bin/sh", "-c", "curl -f x || exit 1"] }],
  [{ Test: ["TCP", "[::1]:80"] }, { tcp: "[::1]:80" }],
  [
    { Test: ["HTTP", "http://:8080/"], Retries: 2 },
    { http: "http://:8080/", retries: 2 },
  ],
  [{ Test: ["NONE"], Interval: 5 }, false],
  [{ Test: [], Interval: 1_500_000_000, Timeout: 0 }, { interval: 1.5 }],
  [
    { StartPeriod: 2e9, StartInterval: 1e9 },
    { startPeriod: 2, startInterval: 1 },
  ],
  [{ Test: null, Retries: 0 }, undefined],
  [null, undefined],
])("%j", (body, spec) => {
  expect(readHealthcheck(body)).toEqual(spec);
});

it("tells a test that it does not know", () => {
  expect(() => readHealthcheck({ Test: ["UDP", "80"] })).toThrow(
    'Healthcheck.Test "UDP" is unknown; known are CMD, CMD-SHELL, TCP, HTTP, NONE',
  );
});

it.each([
  [{ type: "tcp", port: 80 }, ["TCP", "80"]],
  [{ type: "tcp", port: 80, address: "::1" }, ["TCP", "[::1]:80"]],
  [{ type: "http", port: 81, path: "/x", address: "localhost" }, ["HTTP", "http://localhost:81/x"]],
  [{ type: "exec", command: ["/bin/sh", "-c", "true"] }, ["CMD-SHELL", "true"]],
  [{ type: "exec", command: ["/bin/sh", "-c", "true", "x"] }, ["CMD", "/bin/sh", "-c", "true", "x"]],
] as const)("%j is told as Docker does", (test, Test) => {
  const check: HealthCheck = { ...HEALTH_DEFAULTS, test };
  expect(healthcheckJson(check)).toEqual({
    Test,
    Interval: 30e9,
    Timeout: 30e9,
    StartInterval: 5e9,
    Retries: 3,
  });
});
