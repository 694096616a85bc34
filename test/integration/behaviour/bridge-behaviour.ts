import type { NetworkHandle, SandboxHandle } from "@cnm/core";
import type { LinuxPlatformOptions, Namespace } from "@cnm/linux";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { enterFreshHost, ipJson, run } from "../../support/host.ts";
import { World } from "../../support/world.ts";

const HOST = { 4: "192.0.2.1", 6: "2001:db8::1" } as const;
const NEIGHBOUR = { 4: "192.0.2.2", 6: "2001:db8::2" } as const;

interface Member {
  readonly box: SandboxHandle;
  readonly inside: Namespace;
  readonly 4: string;
  readonly 6: string;
}

/**
 * What bridge networks promise, whatever firewall keeps the promise: held to by real packets between namespaces. One file a
 * firewall, since each file is a host.
 */
export function bridgeBehaviour(firewall: "nftables" | "iptables", bridge: LinuxPlatformOptions["bridge"] = {}): void {
  const host = enterFreshHost();
  const neighbour = host.makeNeighbour();
  // Further addresses, such as may be chosen for leaving traffic; never the kernel's own choice.
  run("ip", ["address", "add", "192.0.2.9/24", "dev", "uplink"]);
  run("ip", ["address", "add", "2001:db8::9/64", "dev", "uplink", "nodad", "preferred_lft", "0"]);
  let world: World;
  afterEach(() => world.close());
  afterAll(() => {
    expect(ipJson(["link"]).map(({ ifname }) => ifname)).toEqual(["lo", "uplink"]);
    host.close();
  });

  const open = async (options: LinuxPlatformOptions = {}): Promise<World> => {
    world = await World.open(host, { firewall, ...options, bridge: { ...bridge, ...options.bridge } });
    return world;
  };

  const network = (name: string, at: number, options: Record<string, string> = {}, internal = false) =>
    world.cnm.createNetwork({
      name,
      options,
      internal,
      ipam: { subnets: [`10.7.${at}.0/24`, `fd07:${at}::/64`] },
    });

  const member = async (name: string, on: NetworkHandle, ports: readonly string[] = []): Promise<Member> => {
    const box = await world.cnm.createSandbox({ name });
    const endpoint = await box.join(on, { ports });
    const addresses = (await endpoint.info()).addresses.map(({ address }) => address.slice(0, address.indexOf("/")));
    const [v4 = "", v6 = ""] = addresses;
    return { box, inside: await world.inside(box), 4: v4, 6: v6 };
  };

  const eachFamily = async (body: (family: 4 | 6) => Promise<void>): Promise<void> => {
    for (const family of [4, 6] as const) await body(family);
  };

  const withoutBridgeNetfilter = async (body: () => Promise<void>): Promise<void> => {
    const set = (value: number) => {
      for (const name of ["iptables", "ip6tables"])
        run("sysctl", ["-qw", `net.bridge.bridge-nf-call-${name}=${value}`]);
    };
    set(0);
    await body().finally(() => set(1));
  };

  describe("who may talk to whom", () => {
    it("sandboxes of one network reach each other with their own addresses; other networks do not", async () => {
      const { talk } = await open();
      const [web, db] = [await network("web", 1), await network("db", 2)];
      const [one, two, other] = [await member("one", web), await member("two", web), await member("other", db)];
      await talk.serve(one.inside, 80);
      await eachFamily(async (family) => {
        expect(await talk.ask(two.inside, one[family], 80)).toBe(two[family]);
        expect(await talk.hears(other.inside, one[family], 80)).toBe(false);
        expect(await talk.hears(neighbour, one[family], 80)).toBe(false);
      });
      expect(await world.cnm.doctor()).toEqual([]);
    });

    it("the host reaches its sandboxes, and they reach the host", async () => {
      const { talk } = await open();
      const one = await member("one", await network("web", 1));
      await talk.serve(one.inside, 80);
      await talk.serve(host.namespace, 8081);
      await eachFamily(async (family) => {
        expect(await talk.ask(host.namespace, one[family], 80)).toBe(family === 4 ? "10.7.1.1" : "fd07:1::1");
        expect(await talk.ask(one.inside, HOST[family], 8081)).toBe(one[family]);
      });
    });

    it("without inter-sandbox communication, sandboxes reach the world and not each other", async () => {
      const { talk } = await open();
      const web = await network("web", 1, { "com.docker.network.bridge.enable_icc": "false" });
      const [one, two] = [await member("one", web, ["8080:80"]), await member("two", web)];
      await talk.serve(one.inside, 80);
      await talk.serve(neighbour, 81);
      await eachFamily(async (family) => {
        expect(await talk.hears(two.inside, one[family], 80)).toBe(false);
        expect(await talk.ask(two.inside, NEIGHBOUR[family], 81)).toBe(HOST[family]);
        expect(await talk.ask(neighbour, HOST[family], 8080)).toBe(NEIGHBOUR[family]);
      });
      // A published port is open to everybody, siblings too; not where bridged packets pass the firewall (see the docs).
      await withoutBridgeNetfilter(() =>
        eachFamily(async (family) => expect(await talk.ask(two.inside, HOST[family], 8080)).toBeDefined()),
      );
    });

    it("an internal network is closed to both sides", async () => {
      const { talk } = await open();
      const web = await network("web", 1, {}, true);
      const [one, two] = [await member("one", web), await member("two", web)];
      await talk.serve(one.inside, 80);
      await talk.serve(neighbour, 81);
      await eachFamily(async (family) => {
        expect(await talk.ask(two.inside, one[family], 80)).toBe(two[family]);
        expect(await talk.hears(one.inside, NEIGHBOUR[family], 81)).toBe(false);
        expect(await talk.hears(neighbour, one[family], 80)).toBe(false);
      });
    });
  });

  describe("ways out", () => {
    it("traffic leaves with the host's address, or a chosen one, or its own", async () => {
      const { talk } = await open();
      const masked = await member("masked", await network("masked", 1));
      const chosen = await member(
        "chosen",
        await network("chosen", 2, {
          "com.docker.network.host_ipv4": "192.0.2.9",
          "com.docker.network.host_ipv6": "2001:db8::9",
        }),
      );
      const plain = await member(
        "plain",
        await network("plain", 3, { "com.docker.network.bridge.enable_ip_masquerade": "false" }),
      );
      await talk.serve(neighbour, 81);
      await talk.serve(neighbour, 82, "udp");
      await eachFamily(async (family) => {
        expect(await talk.ask(masked.inside, NEIGHBOUR[family], 81)).toBe(HOST[family]);
        expect(await talk.ask(masked.inside, NEIGHBOUR[family], 82, "udp")).toBe(HOST[family]);
        expect(await talk.ask(chosen.inside, NEIGHBOUR[family], 81)).toBe(family === 4 ? "192.0.2.9" : "2001:db8::9");
        expect(await talk.ask(plain.inside, NEIGHBOUR[family], 81)).toBe(plain[family]);
      });
    });

    it("routed networks keep addresses both ways, open published ports, and answer pings", async () => {
      const { talk } = await open();
      const web = await network("web", 1, {
        "com.docker.network.bridge.gateway_mode_ipv4": "routed",
        "com.docker.network.bridge.gateway_mode_ipv6": "routed",
      });
      const one = await member("one", web, ["80"]);
      await talk.serve(one.inside, 80);
      await talk.serve(one.inside, 81);
      await talk.serve(neighbour, 82);
      await eachFamily(async (family) => {
        expect(await talk.ask(neighbour, one[family], 80)).toBe(NEIGHBOUR[family]);
        expect(await talk.hears(neighbour, one[family], 81)).toBe(false);
        expect(await talk.ask(one.inside, NEIGHBOUR[family], 82)).toBe(one[family]);
        run("ping", ["-c", "1", "-w", "5", one[family]], neighbour);
      });
    });

    it("nat-unprotected networks are open to whoever routes to them", async () => {
      const { talk } = await open();
      const web = await network("web", 1, {
        "com.docker.network.bridge.gateway_mode_ipv4": "nat-unprotected",
        "com.docker.network.bridge.gateway_mode_ipv6": "nat-unprotected",
      });
      const one = await member("one", web);
      await talk.serve(one.inside, 80);
      await talk.serve(neighbour, 81);
      await eachFamily(async (family) => {
        expect(await talk.ask(neighbour, one[family], 80)).toBe(NEIGHBOUR[family]);
        expect(await talk.ask(one.inside, NEIGHBOUR[family], 81)).toBe(HOST[family]);
      });
    });

    it("isolated networks have no gateway", async () => {
      const { talk } = await open();
      const web = await network(
        "web",
        1,
        {
          "com.docker.network.bridge.gateway_mode_ipv4": "isolated",
          "com.docker.network.bridge.gateway_mode_ipv6": "isolated",
        },
        true,
      );
      const [one, two] = [await member("one", web), await member("two", web)];
      await talk.serve(one.inside, 80);
      await eachFamily(async (family) => expect(await talk.ask(two.inside, one[family], 80)).toBe(two[family]));
      const bridge = `br-${web.id.slice(0, 12)}`;
      expect(ipJson(["address", "show", "dev", bridge]).flatMap((row) => row["addr_info"])).toEqual([]);
    });

    it("direct routing: nobody, unless an interface is trusted or everybody is", async () => {
      const { talk } = await open();
      const trusting = { "com.docker.network.bridge.trusted_host_interfaces": "uplink" };
      const [closed, trusted] = [await network("closed", 1), await network("trusted", 2, trusting)];
      const one = await member("one", closed, ["8080:80"]);
      const two = await member("two", trusted, ["8081:80"]);
      await talk.serve(one.inside, 80);
      await talk.serve(two.inside, 80);
      await eachFamily(async (family) => {
        // Even the published port's target is closed to those who come directly.
        expect(await talk.hears(neighbour, one[family], 80)).toBe(false);
        expect(await talk.ask(neighbour, two[family], 80)).toBe(NEIGHBOUR[family]);
      });
      await world.close();
      await open({ bridge: { allowDirectRouting: true } });
      const three = await member("three", await network("open", 1), ["8080:80"]);
      await world.talk.serve(three.inside, 80);
      await eachFamily(async (family) =>
        expect(await world.talk.ask(neighbour, three[family], 80)).toBe(NEIGHBOUR[family]),
      );
    });
  });

  describe("published ports", () => {
    it("are reached from outside, from the host and from sandboxes, over TCP", async () => {
      const { talk } = await open();
      const [web, db] = [await network("web", 1), await network("db", 2)];
      const one = await member("one", web, ["8080:80"]);
      const [two, other] = [await member("two", web), await member("other", db)];
      await talk.serve(one.inside, 80);
      await eachFamily(async (family) => {
        expect(await talk.ask(neighbour, HOST[family], 8080)).toBe(NEIGHBOUR[family]);
        expect(await talk.ask(host.namespace, HOST[family], 8080)).toBe(HOST[family]);
        expect(await talk.ask(host.namespace, family === 4 ? "127.0.0.1" : "::1", 8080)).toBeDefined();
        expect(await talk.ask(other.inside, HOST[family], 8080)).toBeDefined();
        expect(await talk.ask(two.inside, HOST[family], 8080), "hairpin to a sibling").toBeDefined();
        expect(await talk.ask(one.inside, HOST[family], 8080), "hairpin to itself").toBeDefined();
      });
      expect(await world.cnm.doctor()).toEqual([]);
    });

    it("are reached in hairpin also where bridged packets do not pass the firewall", async () => {
      const { talk } = await open();
      const web = await network("web", 1);
      const [one, two] = [await member("one", web, ["8080:80"]), await member("two", web)];
      await talk.serve(one.inside, 80);
      await withoutBridgeNetfilter(() =>
        eachFamily(async (family) => {
          expect(await talk.ask(two.inside, HOST[family], 8080)).toBe(family === 4 ? "10.7.1.1" : "fd07:1::1");
          expect(await talk.ask(one.inside, HOST[family], 8080)).toBe(family === 4 ? "10.7.1.1" : "fd07:1::1");
        }),
      );
    });

    it("are reached over UDP", async () => {
      const { talk } = await open();
      const one = await member("one", await network("web", 1), ["5353:53/udp"]);
      const two = await member("two", await world.cnm.network("web"));
      await talk.serve(one.inside, 53, "udp");
      await eachFamily(async (family) => {
        expect(await talk.ask(neighbour, HOST[family], 5353, "udp")).toBe(NEIGHBOUR[family]);
        expect(await talk.ask(host.namespace, family === 4 ? "127.0.0.1" : "::1", 5353, "udp")).toBeDefined();
        expect(await talk.ask(two.inside, HOST[family], 5353, "udp")).toBeDefined();
      });
      expect(await talk.hears(neighbour, HOST[4], 5353)).toBe(false);
    });

    it("on one address are on no other", async () => {
      const { talk } = await open();
      const web = await network("web", 1);
      const ports = [`${HOST[4]}:8080:80`, `[${HOST[6]}]:8080:80`, "127.0.0.1:8081:80", "[::1]:8081:80"];
      const one = await member("one", web, ports);
      await talk.serve(one.inside, 80);
      await eachFamily(async (family) => {
        const loopback = family === 4 ? "127.0.0.1" : "::1";
        expect(await talk.ask(neighbour, HOST[family], 8080)).toBe(NEIGHBOUR[family]);
        expect(await talk.hears(host.namespace, loopback, 8080)).toBe(false);
        expect(await talk.ask(host.namespace, loopback, 8081)).toBeDefined();
        expect(await talk.hears(neighbour, HOST[family], 8081)).toBe(false);
      });
    });

    it("on a loopback address are not reached by a neighbour who routes there", async () => {
      const { talk } = await open();
      const one = await member("one", await network("web", 1), ["127.0.0.1:8081:80"]);
      await talk.serve(one.inside, 80);
      run("sysctl", ["-qw", "net.ipv4.conf.uplink.route_localnet=1"]);
      run("sysctl", ["-qw", "net.ipv4.conf.uplink.route_localnet=1"], neighbour);
      run("ip", ["address", "del", "127.0.0.1/8", "dev", "lo"], neighbour);
      run("ip", ["route", "add", "127.0.0.1/32", "via", HOST[4]], neighbour);
      expect(await talk.hears(neighbour, "127.0.0.1", 8081)).toBe(false);
      run("ip", ["route", "del", "127.0.0.1/32"], neighbour);
      run("ip", ["address", "add", "127.0.0.1/8", "dev", "lo"], neighbour);
      expect(await talk.ask(host.namespace, "127.0.0.1", 8081)).toBeDefined();
    });

    it("are chosen from a range or the ephemeral ones, and kept from everybody else", async () => {
      const { talk } = await open();
      const web = await network("web", 1);
      const one = await world.cnm.createSandbox({ name: "one" });
      const endpoint = await one.join(web, { ports: ["0.0.0.0:8000-8001:80", "0.0.0.0:8000-8001:82", "81"] });
      const { ports } = await endpoint.info();
      const inside = await world.inside(one);
      for (const port of [80, 81, 82]) await talk.serve(inside, port);
      expect(ports.filter(({ targetPort }) => targetPort !== 81).map(({ hostPort }) => hostPort)).toEqual([8000, 8001]);
      for (const { hostPort } of ports) {
        expect(await talk.ask(neighbour, HOST[4], hostPort)).toBe(NEIGHBOUR[4]);
        await expect(talk.serve(host.namespace, hostPort)).rejects.toThrow(/error 98/);
      }
      const two = await world.cnm.createSandbox({ name: "two" });
      await expect(two.join(web, { ports: ["0.0.0.0:8000:80"] })).rejects.toThrow(/8000.*one/s);
    });

    it("close at once when the endpoint leaves, for connections that are open too", async () => {
      const { talk } = await open();
      const web = await network("web", 1);
      const one = await member("one", web, ["5353:53/udp", "8080:80"]);
      await talk.serve(one.inside, 53, "udp");
      expect(await talk.ask(neighbour, HOST[4], 5353, "udp")).toBe(NEIGHBOUR[4]);
      for (const endpoint of await one.box.endpoints()) await endpoint.leave();
      expect(run("conntrack", ["-L", "-p", "udp", "--orig-port-dst", "5353"])).toBe("");
      expect(await talk.hears(neighbour, HOST[4], 5353, "udp")).toBe(false);
      await talk.serve(host.namespace, 8080);
      expect(await talk.ask(neighbour, HOST[4], 8080)).toBe(NEIGHBOUR[4]);
    });

    it("over SCTP are led by the kernel, where it knows the protocol", async () => {
      await open();
      const box = await world.cnm.createSandbox({ name: "one" });
      const endpoint = await box.join(await network("web", 1), { ports: ["9000:90/sctp"] });
      const { ports } = await endpoint.info();
      expect(ports.map(({ hostAddress, hostPort, protocol }) => `${hostAddress} ${hostPort}/${protocol}`)).toEqual([
        "0.0.0.0 9000/sctp",
        ":: 9000/sctp",
      ]);
      const rules = firewall === "nftables" ? run("nft", ["list", "ruleset"]) : run("iptables-save", ["-t", "nat"]);
      expect(rules).toMatch(firewall === "nftables" ? /sctp \. 9000/ : /-p sctp.*--dport 9000/);
      expect(await world.cnm.doctor()).toEqual([]);
    });
  });
}
