import type { EndpointHandle, JoinSpec, NetworkHandle, NetworkSpec } from "@cnm/core";
import type { Namespace } from "@cnm/linux";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { solicitedGroups } from "../../packages/linux/src/resources/stack/solicited-groups.ts";
import { GroupMember, tellGroup } from "../support/group-member.ts";
import { askForGroups } from "../support/group-query.ts";
import { enterFreshHost, ipJson, run } from "../support/host.ts";
import { advertisePrefix } from "../support/router-advertisement.ts";
import { Sniffer } from "../support/sniffer.ts";
import { World } from "../support/world.ts";

const BRIDGE = "com.docker.network.bridge";
const SETTINGS = "net/ipv6/conf/eth0";

/** No announcements. */
const QUIET: JoinSpec = { announce: { count: 0 } };

const host = enterFreshHost();
let world: World;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await world.close();
});
afterAll(() => host.close());

const network = (extras: Omit<Partial<NetworkSpec>, "name"> = {}): Promise<NetworkHandle> =>
  world.cnm.createNetwork({ name: "web", ipam: { subnets: ["10.7.1.0/24", "fd07:1::/64"] }, ...extras });

interface Box {
  readonly endpoint: EndpointHandle;
  readonly inside: Namespace;
  readonly path: string;
  /** Where its port and that port's bridge are. */
  readonly segment: Namespace;
  readonly mac: string;
  readonly addresses: readonly [v4: string, v6: string];
}

async function join(web: NetworkHandle, name: string, spec: JoinSpec = {}): Promise<Box> {
  const box = await world.cnm.createSandbox({ name });
  const endpoint = await box.join(web, spec);
  const { addresses, macAddress: mac, segment } = await endpoint.info();
  const [v4 = "", v6 = ""] = addresses.map(({ address }) => address.replace(/\/\d+$/, ""));
  return {
    endpoint,
    inside: await world.inside(box),
    path: (await box.info()).namespace.path,
    segment: segment === undefined ? host.namespace : segmentOf(web, segment),
    mac,
    addresses: [v4, v6],
  };
}

function segmentOf(web: NetworkHandle, segment: number): Namespace {
  const namespace = host.openNamespace(`${host.runDir}/netns/${web.id.slice(0, 12)}.${segment}`);
  open.push({ close: async () => namespace.close() });
  return namespace;
}

async function listen(path: string, link = "eth0"): Promise<Sniffer> {
  const sniffer = await Sniffer.start(path, link, "arp or ip6");
  open.push(sniffer);
  return sniffer;
}

interface Address {
  readonly local: string;
  readonly scope: string;
  readonly tentative?: boolean;
}

/** A namespace whose `uplink` is at the bridge, by a link that users made: `outside`. */
function attachRouter({ id }: NetworkHandle): ReturnType<typeof host.makeNamespace> {
  const router = host.makeNamespace(`router-${id.slice(0, 12)}`);
  const pair = ["type", "veth", "peer", "name", "uplink", "netns", router.path];
  run("ip", ["link", "add", "outside", "master", `br-${id.slice(0, 12)}`, ...pair]);
  run("ip", ["link", "set", "outside", "up"]);
  run("ip", ["link", "set", "uplink", "up"], router);
  return router;
}

const addressesOf = (inside: Namespace): readonly Address[] =>
  ipJson(["-6", "address", "show", "dev", "eth0"], inside).flatMap((row) => row["addr_info"] as readonly Address[]);

const linkLocal = (inside: Namespace): string => {
  const found = addressesOf(inside).find(({ scope }) => scope === "link");
  if (found === undefined) throw new Error("there is no link-local address");
  return found.local;
};

const setting = (name: string, inside: Namespace): string =>
  run("sysctl", ["-n", `${SETTINGS}/${name}`], inside).trim();

/** One request, one second: whoever has to be looked for twice is not found. */
const ping = (from: Namespace, to: string): string => run("ping", ["-n", "-c", "1", "-W", "1", to], from);

const QUESTIONS = /router solicitation|:: > ff02::1:ff.*neighbor solicitation/;

/** With a segment for each endpoint, neighbours are always behind another bridge. */
describe.each([
  ["on one bridge", {}],
  ["on a bridge each", { segmentSize: 1 }],
])("%s", (_, bridge) => {
  beforeEach(async () => {
    world = await World.open(host, { bridge });
  });
  crowd();
});

function crowd(): void {
  describe("what a new endpoint says to all others", () => {
    it("its announcements: nothing of its groups, and no questions", async () => {
      const web = await network();
      const sibling = await join(web, "sibling", QUIET);
      const sniffer = await listen(sibling.path);
      // The kernel would tell and ask within the first second; the third announcement comes after two.
      const one = await join(web, "one");
      const [, v6] = one.addresses;
      await sniffer.packets(new RegExp(`advertisement.*tgt is ${v6},`), 3);
      // Looking ends what is for the beginning only, if it has not ended yet.
      expect(await world.cnm.doctor()).toEqual([]);
      expect(setting("force_mld_version", one.inside)).toBe("0");
      expect(ping(one.inside, sibling.addresses[1])).toContain("1 received");
      expect(sniffer.seen(new RegExp(`${one.mac} > .*multicast listener`))).toEqual([]);
      expect(sniffer.seen(QUESTIONS)).toEqual([]);
    });

    it("its groups at once, and in version 2, when a program joins them", async () => {
      const web = await network();
      const sniffer = await listen((await join(web, "sibling", QUIET)).path);
      const one = await join(web, "one", QUIET);
      await world.cnm.doctor();
      open.push(await GroupMember.start(one.path, "ff05::7:7", one.addresses[1]));
      await sniffer.packets(new RegExp(`${one.mac} > .*multicast listener report v2`), 1);
      expect(knownGroups(one)).toContain("ff05::7:7");
    });

    it("is the kernel's business on a bridge that the user chose", async () => {
      const web = await network({ options: { [`${BRIDGE}.name`]: "mybridge0" } });
      const sniffer = await listen((await join(web, "sibling", QUIET)).path);
      const { inside, mac } = await join(web, "one");
      await sniffer.packets(new RegExp(`${mac} > .*router solicitation`), 1);
      await sniffer.packets(new RegExp(`${mac} > .*:: > ff02::1:ff.*neighbor solicitation`), 1);
      expect(setting("router_solicitations", inside)).toBe("-1");
    });

    it("is the user's choice, where the user says so", async () => {
      const { inside } = await join(await network(), "one", {
        sysctls: { "net.ipv6.conf.IFNAME.router_solicitations": "2" },
      });
      expect(setting("router_solicitations", inside)).toBe("2");
      expect(setting("accept_dad", inside)).toBe("0");
      expect(await world.cnm.doctor()).toEqual([]);
    });

    it("keeps to the version of MLD that the user chose, and then tells its groups", async () => {
      const web = await network();
      const sniffer = await listen((await join(web, "sibling", QUIET)).path);
      const sysctls = { "net.ipv6.conf.IFNAME.force_mld_version": "2" };
      const { inside, mac } = await join(web, "one", { ...QUIET, sysctls });
      await sniffer.packets(new RegExp(`${mac} > .*multicast listener report v2`), 1);
      expect(setting("force_mld_version", inside)).toBe("2");
    });

    it("is named by doctor where it has become another, and mended by repair", async () => {
      const { inside } = await join(await network(), "one");
      for (const name of [
        "accept_dad",
        "router_solicitations",
        "mldv1_unsolicited_report_interval",
        "mldv2_unsolicited_report_interval",
      ]) {
        run("sysctl", ["-qw", `${SETTINGS}/${name}=1`], inside);
        const [finding, ...others] = await world.cnm.doctor();
        expect([finding?.message, others]).toEqual([expect.stringContaining(name), []]);
        await world.cnm.repair();
        expect(setting(name, inside)).not.toBe("1");
        expect(await world.cnm.doctor()).toEqual([]);
      }
    });
  });

  /** The groups of addresses and MAC address: in these, neighbours ask for a link-layer address. */
  const solicited = ({ addresses, mac }: Box): readonly string[] => solicitedGroups(mac, [`${addresses[1]}/64`]);

  describe("where a router asks who is in which group, and the bridge leads frames to members only", () => {
    it("who has joined before and who joins then is found at once, by neighbours, host and router", async () => {
      const web = await network();
      const [one, early] = [await join(web, "one", QUIET), await join(web, "early", QUIET)];
      const router = attachRouter(web);
      const sniffer = await listen(one.path);
      askForGroups(router, "uplink", "fe80::1");
      await sniffer.packets(/multicast listener query/, 1);
      // Nobody is in that group, so it goes to the router and to nobody else.
      const outside = await listen(router.path, "uplink");
      await tellGroup(early.path, "ff05::9:9", early.addresses[1], "is anybody there");
      await outside.packets(/> ff05::9:9/, 1);

      const late = await join(web, "late", QUIET);
      expect(knownGroups(late)).toEqual(expect.arrayContaining([...solicited(late)]));
      run("ip", ["address", "add", "fd07:1::ffff/64", "dev", "uplink", "nodad"], router);
      for (const { addresses, inside } of [late, early]) {
        expect(ping(one.inside, addresses[1])).toContain("1 received");
        expect(ping(one.inside, `${linkLocal(inside)}%eth0`)).toContain("1 received");
        expect(run("ping", ["-n", "-c", "1", "-W", "1", addresses[1]])).toContain("1 received");
        expect(ping(router, addresses[1])).toContain("1 received");
      }
      expect(sniffer.seen(/> ff05::9:9/)).toEqual([]);
      run("ip", ["link", "delete", "outside"]);
    });
  });

  describe.each([
    ["nat", false],
    ["nat-unprotected", false],
    ["routed", false],
    ["isolated", true],
  ] as const)("in gateway mode %s", (mode, internal) => {
    it("neighbours find each other at once, by each of their addresses", async () => {
      const web = await network({
        internal,
        options: { [`${BRIDGE}.gateway_mode_ipv4`]: mode, [`${BRIDGE}.gateway_mode_ipv6`]: mode },
      });
      const one = await join(web, "one");
      const two = await join(web, "two");
      for (const to of two.addresses) expect(ping(one.inside, to)).toContain("1 received");
      expect(ping(one.inside, `${linkLocal(two.inside)}%eth0`)).toContain("1 received");
      expect(addressesOf(two.inside).filter(({ tentative }) => tentative === true)).toEqual([]);
      if (mode !== "isolated") {
        for (const to of ["10.7.1.1", "fd07:1::1"]) expect(ping(two.inside, to)).toContain("1 received");
      }
    });
  });

  /** The groups that the bridge knows behind an endpoint's port. */
  function knownGroups({ endpoint, segment }: Box): readonly string[] {
    const [{ mdb }] = JSON.parse(run("bridge", ["-j", "mdb", "show"], segment)) as [
      { readonly mdb: readonly { readonly port: string; readonly grp: string }[] },
    ];
    return mdb.filter(({ port }) => port === `veth${endpoint.id.slice(0, 7)}`).map(({ grp }) => grp);
  }

  describe("multicast between sandboxes", () => {
    it.each([
      ["224.0.0.251", 4],
      ["239.7.7.7", 4],
      ["ff02::fb", 6],
      ["ff05::7:7", 6],
    ] as const)("%s reaches who joined the group, and the bridge knows of it at once", async (group, family) => {
      const web = await network();
      const [one, two] = [await join(web, "one"), await join(web, "two")];
      const own = ({ addresses }: Box): string => addresses[family === 4 ? 0 : 1];
      const sniffer = await listen(one.path);
      const member = await GroupMember.start(two.path, group, own(two));
      open.push(member);
      // Of IPv4 groups on the link itself, bridges take no note.
      for (let reports = 1; family === 6 && !knownGroups(two).includes(group); reports++) {
        await sniffer.packets(new RegExp(`${two.mac} > .*multicast listener report v2`), reports);
      }
      await tellGroup(one.path, group, own(one), "hello");
      expect(await member.hears()).toBe("hello");
    });
  });

  it("a router that users attach to the bridge is heeded", async () => {
    const web = await network();
    const { inside, path } = await join(web, "one");
    const router = attachRouter(web);
    const sniffer = await listen(path);
    advertisePrefix(router, "uplink", "fe80::1", "fd99::");
    await sniffer.packets(/router advertisement/, 1);
    expect(addressesOf(inside).map(({ local }) => local)).toContainEqual(expect.stringMatching(/^fd99::/));
    run("ip", ["link", "delete", "outside"]);
  });
}
