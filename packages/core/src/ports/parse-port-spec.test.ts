import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CnmError } from "../errors/cnm-error.ts";
import type { PortRequest } from "../model/port.ts";
import { parsePortSpec } from "./parse-port-spec.ts";

const tcp = (more: Partial<PortRequest>): PortRequest => ({ protocol: "tcp", targetPort: 80, ...more });
const just = (port: number) => ({ first: port, last: port });

describe("parsePortSpec", () => {
  it.each<[string, PortRequest[]]>([
    ["80", [tcp({})]],
    ["80/udp", [tcp({ protocol: "udp" })]],
    ["80/SCTP", [tcp({ protocol: "sctp" })]],
    ["8080:80", [tcp({ hostPorts: just(8080) })]],
    ["0:80", [tcp({})]],
    [":80", [tcp({})]],
    ["127.0.0.1:8080:80/tcp", [tcp({ hostAddress: "127.0.0.1", hostPorts: just(8080) })]],
    ["127.0.0.1::80", [tcp({ hostAddress: "127.0.0.1" })]],
    ["[::1]:8080:80", [tcp({ hostAddress: "::1", hostPorts: just(8080) })]],
    ["[0:0::1]::80", [tcp({ hostAddress: "::1" })]],
    ["8000-8010:80", [tcp({ hostPorts: { first: 8000, last: 8010 } })]],
    ["127.0.0.1:8000-8010:80/tcp", [tcp({ hostAddress: "127.0.0.1", hostPorts: { first: 8000, last: 8010 } })]],
    ["80-82", [tcp({}), tcp({ targetPort: 81 }), tcp({ targetPort: 82 })]],
    ["8000-8001:80-81", [tcp({ hostPorts: just(8000) }), tcp({ targetPort: 81, hostPorts: just(8001) })]],
  ])("reads %s", (text, requests) => {
    expect(parsePortSpec(text)).toEqual(requests);
  });

  it.each([
    ["", ['target port "" is no number from 1 to 65535 and no range of them']],
    ["0", ['target port "0" is no number']],
    ["65536", ['target port "65536" is no number']],
    ["8080:", ['target port "" is no number']],
    ["8080:http", ['target port "http" is no number']],
    ["8010-8000:80", ["host port range 8010-8000 ends before it begins"]],
    ["8000-8002:80-81", ["there are 3 host ports for 2 target ports"]],
    ["8080:80-81", ["there are 1 host ports for 2 target ports"]],
    ["1-2-3:80", ['host port "1-2-3" is no number']],
    ["::1:8080:80", ["belongs in brackets"]],
    ["[::1]:8080", ["have to be host port and target port"]],
    ["[::1%lo]:8080:80", ["zone ids are not allowed"]],
    ["80/tcp/udp", ["more than one protocol"]],
    [
      "localhost:http:0/icmp",
      ['"icmp" is no protocol', 'host address "localhost"', 'target port "0"', 'host port "http"'],
    ],
  ])("refuses %s and says all that is wrong", (text, faults) => {
    const attempt = () => parsePortSpec(text);
    expect(attempt).toThrow(
      expect.objectContaining({ kind: "invalid", faults: faults.map((fault) => expect.stringContaining(fault)) }),
    );
    expect(attempt).toThrow(JSON.stringify(text));
  });

  it("reads back what is written out, and pairs equal ranges", () => {
    const address = fc.oneof(fc.constant(undefined), fc.constantFrom("127.0.0.1", "0.0.0.0", "::", "fd07::1"));
    const protocol = fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const);
    const port = fc.integer({ min: 1, max: 65000 });
    fc.assert(
      fc.property(address, port, port, fc.nat(20), protocol, (hostAddress, host, target, more, proto) => {
        const place =
          hostAddress === undefined ? "" : hostAddress.includes(":") ? `[${hostAddress}]:` : `${hostAddress}:`;
        const requests = parsePortSpec(`${place}${host}-${host + more}:${target}-${target + more}/${proto}`);
        expect(requests).toEqual(
          Array.from({ length: more + 1 }, (_, index) => ({
            protocol: proto,
            ...(hostAddress === undefined ? {} : { hostAddress }),
            hostPorts: just(host + index),
            targetPort: target + index,
          })),
        );
      }),
    );
  });

  it("throws nothing but its own error", () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."[]:-/0189atcp."), maxLength: 20 }));
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(parsePortSpec(text).length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof CnmError)) throw error;
          expect(error.faults.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});
