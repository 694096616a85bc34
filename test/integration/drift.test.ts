import { once } from "node:events";
import type { Socket } from "node:net";
import type { Drift, SandboxHandle } from "@cnm/core";
import type { Namespace } from "@cnm/linux";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { enterFreshHost, run } from "../support/host.ts";
import { World } from "../support/world.ts";

const host = enterFreshHost();
const neighbour = host.makeNeighbour();
let world: World;
let box: SandboxHandle;
let inside: Namespace;
let names: { readonly bridge: string; readonly segment: string; readonly veth: string; readonly endpoint: string };
let call: Socket;
let heard: Drift[];
let wake: () => void = () => undefined;

afterEach(async () => {
  call.destroy();
  await world.close();
});
afterAll(() => host.close());

/** A published port with an open connection through it, and an ear on drift. */
async function begin(firewall: "nftables" | "iptables", others = 0): Promise<void> {
  world = await World.open(host, { firewall, bridge: { segmentSize: 1 } });
  const web = await world.cnm.createNetwork({ name: "web", ipam: { subnets: ["10.7.1.0/24", "fd07:1::/64"] } });
  for (let other = 0; other < others; other++) {
    await (await world.cnm.createSandbox({ name: `other${other}` })).join(web, {
      addresses: [`10.7.1.${100 + other}`],
    });
  }
  box = await world.cnm.createSandbox({ name: "one" });
  const endpoint = await box.join(web, { ports: ["8080:80"] });
  inside = await world.inside(box);
  names = {
    bridge: `br-${web.id.slice(0, 12)}`,
    segment: `${web.id.slice(0, 8)}.${others}`,
    veth: `veth${endpoint.id.slice(0, 7)}`,
    endpoint: `endpoint ${(await endpoint.info()).name}`,
  };
  await world.talk.echo(inside, 80);
  call = await world.talk.open(neighbour, "192.0.2.1", 8080);
  await echoed("?");
  heard = [];
  world.cnm.on("drift", (drift) => {
    heard.push(drift);
    wake();
  });
  expect(await world.cnm.doctor()).toEqual([]);
}

/** Waits until the connection brings back these bytes. */
async function echoed(text: string): Promise<void> {
  let got = "";
  while (got !== text) {
    const [chunk] = (await once(call, "data")) as [Buffer];
    got += chunk.toString();
  }
}

async function connectionLives(): Promise<void> {
  const answer = echoed("still there");
  call.write("still there");
  await answer;
}

async function drift(kind: string, detail: RegExp): Promise<void> {
  while (!heard.some((one) => one.kind === kind && detail.test(one.detail))) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

const findings = async (): Promise<readonly string[]> =>
  (await world.cnm.doctor()).map(({ type, key, message }) => `${type} ${key}: ${message}`);

interface Harm {
  readonly what: string;
  readonly do: () => void;
  readonly event?: readonly [kind: string, detail: RegExp];
  readonly finding: RegExp;
  readonly undo?: () => void;
}

async function healed({ do: harm, event, finding, undo }: Harm): Promise<void> {
  harm();
  if (event !== undefined) await drift(...event);
  expect(await findings()).toContainEqual(expect.stringMatching(finding));
  const { findings: mended } = await world.cnm.repair();
  expect(mended.length).toBeGreaterThan(0);
  expect(await world.cnm.doctor()).toEqual([]);
  await connectionLives();
  undo?.();
}

const ip = (...args: readonly string[]) => run("ip", args);
const ipInside = (...args: readonly string[]) => run("ip", args, inside);

const STACK: readonly Harm[] = [
  {
    what: "a bridge port is deleted",
    do: () => ip("link", "delete", names.veth),
    event: ["link", /^link veth\w+: is gone$/],
    finding: /^missing link veth\w+: link veth\w+ of endpoint .* on network web is missing$/,
  },
  {
    what: "a port is taken off its bridge",
    do: () => ip("link", "set", names.veth, "nomaster"),
    event: ["link", /^link veth\w+: master is not set, not br-/],
    finding: /^changed link veth/,
  },
  {
    what: "a port is taken to another bridge",
    do: () => {
      ip("link", "add", "other", "type", "bridge");
      ip("link", "set", names.veth, "master", "other");
    },
    event: ["link", /^link veth\w+: master is other, not br-/],
    finding: /^changed link veth/,
    undo: () => ip("link", "delete", "other"),
  },
  {
    what: "IPv6 is told to make addresses on a port",
    do: () => ip("link", "set", "dev", names.veth, "addrgenmode", "eui64"),
    finding: /^changed link veth\w+: .*IPv6 makes an address on it/,
  },
  {
    what: "a bridge is set down",
    do: () => ip("link", "set", names.bridge, "down"),
    event: ["link", /^link br-\w+: state is down, not up$/],
    finding: /^changed link br-/,
  },
  {
    what: "an address of the bridge is deleted",
    do: () => ip("address", "delete", "10.7.1.1/24", "dev", names.bridge),
    event: ["address", /^address br-\w+ 10\.7\.1\.1\/24: is gone$/],
    finding: /^missing address br-\w+ 10\.7\.1\.1\/24: .* of network web is missing$/,
  },
  {
    what: "an IPv6 address of the bridge is deleted",
    do: () => ip("address", "delete", "fd07:1::1/64", "dev", names.bridge),
    event: ["address", /^address br-\w+ fd07:1::1\/64: is gone$/],
    finding: /^missing address br-\w+ fd07:1::1\/64/,
  },
  {
    what: "an address of the sandbox is deleted, inside",
    do: () => ipInside("address", "delete", "10.7.1.2/24", "dev", "eth0"),
    event: ["address", /^address eth0 10\.7\.1\.2\/24 in .*: is gone$/],
    finding: /^missing address eth0 10\.7\.1\.2\/24 in /,
  },
  {
    what: "the default route of the sandbox is deleted, inside",
    do: () => ipInside("route", "delete", "default"),
    event: ["route", /^route 0\.0\.0\.0\/0 in .*: is gone$/],
    finding: /^missing route 0\.0\.0\.0\/0 in /,
  },
  {
    what: "the default route of the sandbox is made to lead elsewhere, inside",
    do: () => ipInside("route", "replace", "default", "via", "10.7.1.9", "proto", "67"),
    event: ["route", /^route 0\.0\.0\.0\/0 in .*: gateway is 10\.7\.1\.9, not 10\.7\.1\.1$/],
    finding: /^changed route 0\.0\.0\.0\/0 in /,
  },
  {
    what: "the IPv6 default route of the sandbox is deleted, inside",
    do: () => ipInside("-6", "route", "delete", "default"),
    event: ["route", /^route ::\/0 in .*: is gone$/],
    finding: /^missing route ::\/0 in /,
  },
  {
    what: "the sandbox's interface is set down, inside",
    do: () => ipInside("link", "set", "eth0", "down"),
    event: ["link", /^link veth\w+: its other end: state is down, not up$/],
    finding: /^changed link veth/,
  },
];

describe("with nftables", () => {
  beforeEach(() => begin("nftables"));
  const harms: readonly Harm[] = [
    {
      what: "the table is flushed",
      do: () => run("nft", ["flush", "table", "inet", "cnm"]),
      event: ["nft-table", /nft changed table inet cnm/],
      finding: /^changed nft-table cnm: /,
    },
    {
      what: "the table is deleted",
      do: () => run("nft", ["delete", "table", "inet", "cnm"]),
      event: ["nft-table", /nft changed table inet cnm/],
      finding: /^missing nft-table cnm: /,
    },
    ...STACK,
  ];
  it.each(harms)("$what: told, named, mended, and connections live on", healed);

  it("nothing that cnm does itself is told, nor what others do to their own", async () => {
    const { cnm } = world;
    const db = await cnm.createNetwork({ name: "db", ipam: { subnets: ["10.7.2.0/24", "fd07:2::/64"] } });
    const two = await cnm.createSandbox({ name: "two" });
    const endpoints = [await two.join(db), await two.join(await cnm.network("web"), { ports: ["8081:80"] })];
    run("ip", ["link", "add", "other", "up", "type", "bridge"]);
    run("ip", ["address", "add", "198.51.100.1/24", "dev", "other"]);
    run("ip", ["route", "add", "203.0.113.0/24", "dev", "other"]);
    run("ip", ["link", "delete", "other"]);
    for (const endpoint of endpoints) await endpoint.leave();
    await two.remove();
    await db.remove();
    await cnm.repair();
    // Everything that was said before has been heard when this comes. What was on the link goes with it.
    ip("link", "delete", names.veth);
    await drift("link", new RegExp(`^link ${names.veth}: is gone$`));
    const { path } = (await box.info()).namespace;
    const others = heard.filter(({ detail }) => !detail.includes(names.veth) && !detail.includes(path));
    expect(others).toEqual([]);
  });

  it("is told in sandboxes that come later, in foreign namespaces, and in one that is made anew", async () => {
    const { cnm } = world;
    const web = await cnm.network("web");
    const foreign = host.makeNamespace("foreign");
    const later = await cnm.createSandbox({ name: "later", netns: foreign.path });
    await later.join(web);
    run("ip", ["route", "delete", "default"], foreign);
    await drift("route", /^route 0\.0\.0\.0\/0 in .*foreign: is gone$/);
    await cnm.repair();

    const { path } = (await box.info()).namespace;
    run("umount", ["--lazy", path]);
    await cnm.repair();
    heard = [];
    const anew = await world.inside(box);
    run("ip", ["route", "delete", "default"], anew);
    await drift("route", new RegExp(`^route 0\\.0\\.0\\.0/0 in ${path}: is gone$`));
    await later.remove();
  });

  it("is told, and not mended, where somebody made another route in the place of ours", async () => {
    ipInside("route", "replace", "default", "via", "10.7.1.9");
    await drift("route", /^route 0\.0\.0\.0\/0 in .*: is gone$/);
    await expect(world.cnm.repair()).rejects.toMatchObject({ kind: "conflict", code: "route-exists" });
    ipInside("route", "delete", "default");
    await world.cnm.repair();
    expect(await world.cnm.doctor()).toEqual([]);
  });

  it("is told once until it is mended, and then again", async () => {
    for (const _ of [1, 2]) {
      heard = [];
      ip("link", "set", names.veth, "nomaster");
      await drift("link", /master is not set/);
      ip("link", "set", names.veth, "txqueuelen", "500");
      ip("address", "delete", "10.7.1.1/24", "dev", names.bridge);
      await drift("address", /is gone/);
      expect(heard.filter(({ kind }) => kind === "link")).toHaveLength(1);
      await world.cnm.repair();
    }
  });

  it("is told again when somebody mended it and it came back", async () => {
    for (const last of ["10.7.1.1/24", "fd07:1::1/64"]) {
      heard = [];
      ip("link", "set", names.veth, "down");
      await drift("link", /state is down/);
      ip("link", "set", names.veth, "up");
      // Being well is not told: it has been seen when this is.
      ip("address", "delete", last, "dev", names.bridge);
      await drift("address", /is gone/);
    }
  });
});

/** A program, in the namespace of the segment that the endpoint is on. */
function inSegment(...args: readonly string[]): void {
  const namespace = host.openNamespace(segmentPath());
  try {
    run("ip", args, namespace);
  } finally {
    namespace.close();
  }
}

const segmentPath = (): string =>
  `${host.runDir}/netns/${names.bridge.slice("br-".length)}.${names.segment.slice("01234567.".length)}`;

describe("on a further bridge of the network", () => {
  beforeEach(() => begin("nftables", 2));

  it.each<Harm>([
    {
      what: "the bridge is deleted",
      do: () => inSegment("link", "delete", `br-${names.segment}`),
      event: ["link", /^link br-\w+\.2 in .*: is gone$/],
      finding: /^missing link br-\w+\.2 in .* of network web is missing$/,
    },
    {
      what: "the link to the first bridge is deleted",
      do: () => ip("link", "delete", `sg-${names.segment}`),
      event: ["link", /^link sg-\w+\.2: is gone$/],
      finding: /^missing link sg-\w+\.2: .* of network web is missing$/,
    },
    {
      what: "that link is taken off the first bridge",
      do: () => ip("link", "set", `sg-${names.segment}`, "nomaster"),
      event: ["link", /^link sg-\w+\.2: master is not set, not br-/],
      finding: /^changed link sg-/,
    },
    {
      what: "its other end is taken off the bridge",
      do: () => inSegment("link", "set", `up-${names.segment}`, "nomaster"),
      event: ["link", /^link sg-\w+\.2: its other end: master is not set, not br-/],
      finding: /^changed link sg-/,
    },
    {
      what: "its other end is set down",
      do: () => inSegment("link", "set", `up-${names.segment}`, "down"),
      event: ["link", /^link sg-\w+\.2: its other end: state is down, not up$/],
      finding: /^changed link sg-/,
    },
    {
      what: "that link no longer gets all multicast",
      do: () => ip("link", "set", `sg-${names.segment}`, "type", "bridge_slave", "mcast_router", "1"),
      finding: /^changed link sg-.*multicast router is false, not true/,
    },
    {
      what: "the endpoint's port is deleted",
      do: () => inSegment("link", "delete", names.veth),
      event: ["link", /^link veth\w+ in .*: is gone$/],
      finding: /^missing link veth\w+ in .*: .* of endpoint .* on network web is missing$/,
    },
    {
      what: "the endpoint's port is taken off the bridge",
      do: () => inSegment("link", "set", names.veth, "nomaster"),
      event: ["link", /^link veth\w+ in .*: master is not set, not br-/],
      finding: /^changed link veth/,
    },
    {
      what: "the first bridge is deleted",
      do: () => ip("link", "delete", names.bridge),
      event: ["link", /^link br-\w+: is gone$/],
      finding: /^missing link br-/,
    },
  ])("$what: told, named, mended, and connections live on", healed);
});

describe("with iptables", () => {
  beforeEach(() => begin("iptables"));
  it.each<Harm>([
    {
      what: "the nat table is flushed",
      do: () => run("iptables", ["-t", "nat", "-F"]),
      finding: /^(changed|missing) iptables-(chains|rule) /,
    },
    {
      what: "the filter table's forward chain is flushed",
      do: () => run("iptables", ["-F", "FORWARD"]),
      finding: /^(changed|missing) iptables-chains 4/,
    },
    ...STACK.slice(0, 1),
  ])("$what: named, mended, and connections live on", healed);
});
