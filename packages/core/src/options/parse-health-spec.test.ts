import fc from "fast-check";
import { expect, it } from "vitest";
import { HEALTH_DEFAULTS } from "../model/health-check.ts";
import { healthSpecOf, readHealth } from "./parse-health-spec.ts";

it.each([
  [{ tcp: 80 }, { type: "tcp", port: 80 }],
  [{ tcp: "80" }, { type: "tcp", port: 80 }],
  [{ tcp: "127.0.0.1:80" }, { type: "tcp", port: 80, address: "127.0.0.1" }],
  [{ tcp: "[0::1]:80" }, { type: "tcp", port: 80, address: "::1" }],
  [{ tcp: "localhost:80" }, { type: "tcp", port: 80, address: "localhost" }],
  [{ http: "http://:8080/health?deep=1" }, { type: "http", port: 8080, path: "/health?deep=1" }],
  [{ http: "http://" }, { type: "http", port: 80, path: "/" }],
  [{ http: "http://?x" }, { type: "http", port: 80, path: "/?x" }],
  [{ http: "http://[fd07::2]:81/" }, { type: "http", port: 81, path: "/", address: "fd07::2" }],
  [{ exec: ["true", ""] }, { type: "exec", command: ["true", ""] }],
] as const)("%j", (spec, test) => {
  const faults: string[] = [];
  const read = readHealth(spec, faults);
  expect([read, faults]).toEqual([{ test }, []]);
  const check = { ...HEALTH_DEFAULTS, test };
  expect(readHealth(healthSpecOf(check), faults)).toEqual(check);
});

it.each([
  [{ tcp: 0 }, "health.tcp 0: the port has to be from 1 to 65535"],
  [{ tcp: 70_000 }, "health.tcp 70000: the port has to be from 1 to 65535"],
  [{ tcp: 1.5 }, "health.tcp has to be a port, or such as 127.0.0.1:80, not 1.5"],
  [{ tcp: "web:80" }, 'health.tcp "web:80": the host has to be an address or localhost: names may lead elsewhere'],
  [{ http: "https://:443/" }, 'health.http has to be such as http://:8080/health, not "https://:443/"'],
  [{ http: "http://:80/a b" }, 'health.http has to be such as http://:8080/health, not "http://:80/a b"'],
  [
    { http: "http://:80/\r\nHost: x" },
    'health.http has to be such as http://:8080/health, not "http://:80/\\r\\nHost: x"',
  ],
  [{ exec: [] }, "health.exec has to name a program"],
  [{ exec: ["a\0b"] }, "health.exec has a NUL character"],
  [{ tcp: 80, exec: ["true"] }, "health has tcp and exec: one test is possible"],
] as const)("%j is wrong", (spec, fault) => {
  const faults: string[] = [];
  expect(readHealth(spec, faults)).toEqual({});
  expect(faults).toEqual([fault]);
});

it("never throws, and no request line can be forged", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const { test } = readHealth({ http: `http://:80/${text}` }, []);
      if (test?.type === "http") expect(test.path).toMatch(/^\/[!-~]*$/);
      readHealth({ tcp: text }, []);
    }),
  );
});
