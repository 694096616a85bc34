import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FamilyPortPolicy, PortPolicy } from "../contracts/driver.ts";
import type { HeldPort, PortHolder } from "../contracts/platform.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { PortRequest, PublishedPort } from "../model/port.ts";
import { parsePortSpec } from "./parse-port-spec.ts";
import { createPortAllocator } from "./port-allocator.ts";

const NAT: PortPolicy = { ipv4: { mode: "bind", address: "0.0.0.0" }, ipv6: { mode: "bind", address: "::" } };
const ONLY_IPV4: PortPolicy = { ...NAT, ipv6: { mode: "none", reason: "IPv6 is off on this host" } };

/** A host's sockets, without a host. */
class FakeHolder implements PortHolder {
  readonly held: HeldPort[] = [];
  readonly attempts: string[] = [];
  readonly foreign: readonly HeldPort[];
  failure: { readonly port: number; readonly error: Error } | undefined;
  releaseFailure: Error | undefined;

  constructor(foreign: readonly string[] = []) {
    this.foreign = foreign.map(toPort);
  }

  async ephemeral() {
    return { first: 100, last: 109, excluded: new Set([101]) };
  }

  async hold(port: HeldPort): Promise<void> {
    await Promise.resolve();
    this.attempts.push(toText(port));
    if (this.failure?.port === port.port) throw this.failure.error;
    if (this.foreign.some((other) => clash(other, port))) {
      throw new CnmError("conflict", "port-in-use", `${toText(port)} is held by nginx (pid 4242)`);
    }
    if (this.held.some((other) => clash(other, port))) throw new Error(`bug: ${toText(port)} is held already`);
    this.held.push(port);
  }

  async release(port: HeldPort): Promise<void> {
    await Promise.resolve();
    const index = this.held.findIndex((other) => toText(other) === toText(port));
    if (index < 0) throw new Error(`bug: ${toText(port)} is not held`);
    this.held.splice(index, 1);
    if (this.releaseFailure !== undefined) throw this.releaseFailure;
  }

  get texts(): readonly string[] {
    return this.held.map(toText);
  }
}

const toText = ({ protocol, address, port }: HeldPort): string => `${address} ${port}/${protocol}`;

function toPort(text: string): HeldPort {
  const [address = "", port, protocol] = text.split(/[ /]/);
  return { address, port: Number(port), protocol: protocol === "udp" ? "udp" : "tcp" };
}

const familyOf = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);
const isWildcard = (address: string): boolean => address === "0.0.0.0" || address === "::";

function clash(a: HeldPort, b: HeldPort): boolean {
  if (a.protocol !== b.protocol || a.port !== b.port || familyOf(a.address) !== familyOf(b.address)) return false;
  return a.address === b.address || isWildcard(a.address) || isWildcard(b.address);
}

const show = (ports: readonly PublishedPort[]): readonly string[] =>
  ports.map(
    ({ protocol, hostAddress, hostPort, targetPort }) => `${hostAddress} ${hostPort}>${targetPort}/${protocol}`,
  );

function setup(...foreign: string[]) {
  const holder = new FakeHolder(foreign);
  const allocator = createPortAllocator(holder);
  const publish = async (specs: readonly string[], policy: PortPolicy = ONLY_IPV4, owner = "endpoint web1") =>
    show(await allocator.allocate(specs.flatMap(parsePortSpec), policy, owner));
  return { holder, allocator, publish };
}

describe("which addresses ports are published on", () => {
  it("without an address: both families' default", async () => {
    const { publish, holder } = setup();
    expect(await publish(["8080:80"], NAT)).toEqual(["0.0.0.0 8080>80/tcp", ":: 8080>80/tcp"]);
    expect(holder.texts).toEqual(["0.0.0.0 8080/tcp", ":: 8080/tcp"]);
    expect(await publish(["8081:80"], { ...ONLY_IPV4, ipv4: { mode: "bind", address: "192.0.2.7" } })).toEqual([
      "192.0.2.7 8081>80/tcp",
    ]);
  });

  it("in open mode no host port is taken", async () => {
    const { publish, holder } = setup();
    const routed: PortPolicy = { ipv4: { mode: "open" }, ipv6: { mode: "open" } };
    expect(await publish(["8080:80", "80"], routed)).toEqual([
      "0.0.0.0 0>80/tcp",
      ":: 0>80/tcp",
      "0.0.0.0 0>80/tcp",
      ":: 0>80/tcp",
    ]);
    expect(await publish(["8080:80"], { ...NAT, ipv6: { mode: "open" } })).toEqual([
      "0.0.0.0 8080>80/tcp",
      ":: 0>80/tcp",
    ]);
    expect(holder.texts).toEqual(["0.0.0.0 8080/tcp"]);
  });

  it("a family that publishes nothing is an error only where it is meant", async () => {
    const { publish, holder } = setup();
    expect(await publish(["[::1]:8080:80"], NAT)).toEqual(["::1 8080>80/tcp"]);
    await expect(publish(["8081:80", "[::1]:8082:80"])).rejects.toMatchObject({
      kind: "invalid",
      faults: ["80/tcp cannot be published on ::1: IPv6 is off on this host"],
    });
    const none: FamilyPortPolicy = { mode: "none", reason: "the network is internal" };
    await expect(publish(["80/udp"], { ipv4: none, ipv6: none })).rejects.toMatchObject({
      faults: ["80/udp cannot be published: the network is internal"],
    });
    expect(holder.texts).toEqual(["::1 8080/tcp"]);
  });

  it("what is asked for twice, or covered by a wildcard, counts once", async () => {
    const { publish } = setup();
    expect(await publish(["8080:80", "8080:80", "127.0.0.1:8080:80"])).toEqual(["0.0.0.0 8080>80/tcp"]);
  });
});

describe("which port is chosen", () => {
  it("of a range the first free one", async () => {
    const { publish } = setup("127.0.0.1 8000/tcp", "0.0.0.0 8001/udp");
    expect(await publish(["8000-8003:80", "8000-8003:81"])).toEqual(["0.0.0.0 8001>80/tcp", "0.0.0.0 8002>81/tcp"]);
  });

  it("single ports are served before ranges, ranges before free choice", async () => {
    const { publish } = setup();
    expect(await publish(["70", "100-101:80", "100:90"])).toEqual([
      "0.0.0.0 102>70/tcp",
      "0.0.0.0 101>80/tcp",
      "0.0.0.0 100>90/tcp",
    ]);
  });

  it("is the same on all addresses of one target port", async () => {
    const { publish, holder } = setup("::1 100/tcp", "127.0.0.1 102/tcp");
    expect(await publish(["127.0.0.1::80", "[::1]::80"], NAT)).toEqual(["127.0.0.1 103>80/tcp", "::1 103>80/tcp"]);
    expect(holder.texts).toEqual(["127.0.0.1 103/tcp", "::1 103/tcp"]);
  });

  it("goes on after the last ephemeral one, around, and leaves out the excluded", async () => {
    const { publish, allocator } = setup("0.0.0.0 104/tcp");
    const ports: (number | undefined)[] = [];
    for (let target = 1; target <= 8; target++) {
      const [port] = await allocator.allocate(parsePortSpec(`${target}`), ONLY_IPV4, "endpoint web1");
      ports.push(port?.hostPort);
    }
    expect(ports).toEqual([100, 102, 103, 105, 106, 107, 108, 109]);
    await expect(publish(["80"])).rejects.toMatchObject({
      kind: "unavailable",
      code: "no-port",
      message: "no tcp port from 100 to 109 is free on 0.0.0.0: all ports are allocated",
    });
    await allocator.release([{ protocol: "tcp", hostAddress: "0.0.0.0", hostPort: 103, targetPort: 3 }]);
    expect(await publish(["80"])).toEqual(["0.0.0.0 103>80/tcp"]);
  });

  it("differs for all that ask at the same time", async () => {
    const { allocator, holder } = setup();
    const requests = parsePortSpec("80");
    const all = await Promise.all(
      Array.from({ length: 9 }, () => allocator.allocate(requests, ONLY_IPV4, "endpoint web1")),
    );
    expect(new Set(all.flat().map(({ hostPort }) => hostPort)).size).toBe(9);
    expect(holder.held).toHaveLength(9);
  });
});

describe("a port that is taken", () => {
  it("by another process: its name is in the error, and nothing stays held", async () => {
    const { publish, holder } = setup(":: 8080/tcp");
    await expect(publish(["9090:90", "8080:80"], NAT)).rejects.toMatchObject({
      kind: "conflict",
      code: "port-in-use",
      message:
        "Bind for 0.0.0.0:8080, [::]:8080 failed: port is already allocated: :: 8080/tcp is held by nginx (pid 4242)",
      cause: { code: "port-in-use" },
    });
    expect(holder.texts).toEqual([]);
    expect(await publish(["9090:90"])).toEqual(["0.0.0.0 9090>90/tcp"]);
  });

  it.each([
    ["127.0.0.1:8080:80", "8080:80", "127.0.0.1:8080 is published by endpoint web1"],
    ["8080:80", "127.0.0.1:8080:80", "0.0.0.0:8080 is published by endpoint web1"],
    ["8080:80", "8079-8080:80", undefined],
    ["8080:80", "8080:80/udp", undefined],
    ["127.0.0.1:8080:80", "127.0.0.2:8080:80", undefined],
    ["127.0.0.1:8080:80", "[::1]:8080:80", undefined],
  ])("by our own: %s, then %s", async (first, second, culprit) => {
    const { publish, holder } = setup();
    await publish([first]);
    const attempts = holder.attempts.length;
    const attempt = publish([second], NAT, "endpoint web2");
    if (culprit === undefined) {
      expect(await attempt).not.toEqual([]);
      return;
    }
    await expect(attempt).rejects.toMatchObject({ code: "port-in-use", message: expect.stringContaining(culprit) });
    expect(holder.attempts).toHaveLength(attempts);
  });

  it("by a range: all of it is named", async () => {
    const { publish } = setup("0.0.0.0 8000/tcp", "0.0.0.0 8001/tcp");
    await expect(publish(["8000-8001:80"])).rejects.toThrow(
      "Bind for 0.0.0.0:8000-8001 failed: port is already allocated: 0.0.0.0 8000/tcp is held by nginx",
    );
  });
});

describe("failures", () => {
  it("of another kind end the search, and nothing stays held", async () => {
    const { publish, holder } = setup();
    holder.failure = { port: 102, error: new Error("no descriptors left") };
    await expect(publish(["9090:90", "70", "71"])).rejects.toThrow("no descriptors left");
    expect(holder.texts).toEqual([]);
  });

  it("of the release after a failure join it", async () => {
    const { publish, holder } = setup("0.0.0.0 8080/tcp");
    holder.releaseFailure = new Error("the socket is gone");
    await expect(publish(["7070:70", "8080:80"])).rejects.toMatchObject({
      message: expect.stringContaining("nginx"),
      cause: { errors: [{ code: "port-in-use" }, holder.releaseFailure] },
    });
  });

  it("of a release do not keep the others back", async () => {
    const { allocator, holder } = setup();
    const ports = await allocator.allocate(parsePortSpec("8080-8082:80-82"), ONLY_IPV4, "endpoint web1");
    holder.releaseFailure = new Error("the socket is gone");
    await expect(allocator.release(ports)).rejects.toMatchObject({
      errors: [holder.releaseFailure, holder.releaseFailure, holder.releaseFailure],
    });
    expect(holder.texts).toEqual([]);
  });
});

describe("after a restart", () => {
  const ports: readonly PublishedPort[] = [
    { protocol: "tcp", hostAddress: "0.0.0.0", hostPort: 8080, targetPort: 80 },
    { protocol: "tcp", hostAddress: "::", hostPort: 8080, targetPort: 80 },
    { protocol: "tcp", hostAddress: "::", hostPort: 0, targetPort: 81 },
  ];

  it("recorded ports are held again, and can be released", async () => {
    const { allocator, holder, publish } = setup();
    await allocator.restore(ports, "endpoint web1");
    expect(holder.texts).toEqual(["0.0.0.0 8080/tcp", ":: 8080/tcp"]);
    await expect(publish(["8080:80"])).rejects.toThrow("0.0.0.0:8080 is published by endpoint web1");
    await allocator.release(ports);
    await allocator.release(ports);
    expect(holder.texts).toEqual([]);
  });

  it("a port that somebody took meanwhile is named, and none is held", async () => {
    const { allocator, holder } = setup("::1 8080/tcp");
    await expect(allocator.restore(ports, "endpoint web1")).rejects.toThrow(
      "Bind for [::]:8080 failed: port is already allocated: :: 8080/tcp is held by nginx (pid 4242)",
    );
    expect(holder.texts).toEqual([]);
  });
});

describe("properties", () => {
  const address = fc.constantFrom(undefined, "0.0.0.0", "127.0.0.1", "192.0.2.7", "::", "::1");
  const hostPorts = fc.oneof(
    fc.constant(undefined),
    fc.tuple(fc.integer({ min: 100, max: 112 }), fc.nat(3)).map(([first, more]) => ({ first, last: first + more })),
  );
  const request: fc.Arbitrary<PortRequest> = fc
    .tuple(fc.constantFrom("tcp" as const, "udp" as const), address, hostPorts, fc.integer({ min: 80, max: 83 }))
    .map(([protocol, hostAddress, ports, targetPort]) => ({
      protocol,
      ...(hostAddress === undefined ? {} : { hostAddress }),
      ...(ports === undefined ? {} : { hostPorts: ports }),
      targetPort,
    }));
  const foreign = fc.array(
    fc.tuple(
      fc.constantFrom("0.0.0.0", "127.0.0.1", "::", "::1"),
      fc.integer({ min: 100, max: 112 }),
      fc.constantFrom("tcp", "udp"),
    ),
    { maxLength: 8 },
  );
  const rounds = fc.array(fc.array(request, { maxLength: 5 }), { maxLength: 5 });

  it("all or nothing is held, nothing twice, and everything as it was asked for", async () => {
    await fc.assert(
      fc.asyncProperty(foreign, rounds, async (others, list) => {
        const holder = new FakeHolder(others.map(([host, port, protocol]) => `${host} ${port}/${protocol}`));
        const allocator = createPortAllocator(holder);
        const all: PublishedPort[] = [];
        for (const requests of list) {
          const before = holder.texts;
          try {
            const ports = await allocator.allocate(requests, NAT, "endpoint web1");
            for (const wanted of requests) expectServed(wanted, ports);
            all.push(...ports);
          } catch (error) {
            expect(error).toBeInstanceOf(CnmError);
            expect(holder.texts).toEqual(before);
          }
          const published = all.map((port) => `${port.hostAddress} ${port.hostPort}/${port.protocol}`);
          expect([...holder.texts].sort()).toEqual(published.sort());
        }
        await allocator.release(all);
        expect(holder.texts).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("single ports are refused exactly where two clash", async () => {
    const single = request.map((wanted) => ({
      ...wanted,
      hostPorts: { first: 100 + (wanted.targetPort % 2), last: 100 + (wanted.targetPort % 2) },
    }));
    await fc.assert(
      fc.asyncProperty(foreign, fc.array(single, { maxLength: 4 }), async (others, requests) => {
        const holder = new FakeHolder(others.map(([host, port, protocol]) => `${host} ${port}/${protocol}`));
        const wanted = requests.flatMap(({ protocol, hostAddress, hostPorts: { first }, targetPort }) =>
          (hostAddress === undefined ? ["0.0.0.0", "::"] : [hostAddress]).map((host) => ({
            protocol,
            address: host,
            port: first,
            targetPort,
          })),
        );
        const clashes = wanted.some(
          (port) =>
            holder.foreign.some((other) => clash(other, port)) ||
            // Addresses of one target port cover one another.
            wanted.some((other) => other.targetPort !== port.targetPort && clash(other, port)),
        );
        const attempt = createPortAllocator(holder).allocate(requests, NAT, "endpoint web1");
        if (clashes) await expect(attempt).rejects.toMatchObject({ code: "port-in-use" });
        else await attempt;
      }),
      { numRuns: 500 },
    );
  });
});

/** On each address asked for, or a wildcard over it, there is a port of those asked for. */
function expectServed(wanted: PortRequest, ports: readonly PublishedPort[]): void {
  const range = wanted.hostPorts ?? { first: 100, last: 109 };
  for (const address of wanted.hostAddress === undefined ? ["0.0.0.0", "::"] : [wanted.hostAddress]) {
    const serving = ports.filter(
      (port) =>
        port.protocol === wanted.protocol &&
        port.targetPort === wanted.targetPort &&
        familyOf(port.hostAddress) === familyOf(address) &&
        (port.hostAddress === address || isWildcard(port.hostAddress)) &&
        port.hostPort >= range.first &&
        port.hostPort <= range.last,
    );
    expect(serving).not.toEqual([]);
  }
}
