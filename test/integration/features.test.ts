import { HOST_OWNER } from "@cnm/core";
import { linuxPlatform } from "@cnm/linux";
import { afterAll, describe, expect, it } from "vitest";
import { keyed } from "../../packages/linux/src/resources/resource-key.ts";
import { descriptors, enterFreshHost, ipJson, run } from "../support/host.ts";

const host = enterFreshHost();
const platform = await linuxPlatform({ runDir: host.runDir });
afterAll(async () => {
  await platform.close();
  host.close();
});

const features = await platform.features();

/** Whether the program succeeds. */
function does(program: string, ...args: readonly string[]): boolean {
  try {
    run(program, args, place);
    return true;
  } catch {
    return false;
  }
}

const place = host.makeNamespace("throwaway");
run("ip", ["link", "add", "parent", "type", "veth", "peer", "name", "child"], place);

describe("features", () => {
  it.each([
    ["veth", ["type", "veth", "peer", "name", "second"]],
    ["bridge", ["type", "bridge"]],
    ["vxlan", ["type", "vxlan", "id", "7", "dstport", "4789"]],
    ["macvlan", ["link", "parent", "type", "macvlan", "mode", "bridge"]],
    ["ipvlan", ["link", "parent", "type", "ipvlan", "mode", "l2"]],
    ["ipvlanL3s", ["link", "parent", "type", "ipvlan", "mode", "l3s"]],
    ["vlan", ["link", "parent", "type", "vlan", "id", "7"]],
    ["dummy", ["type", "dummy"]],
  ])("%s links, as ip finds them", (kind, words) => {
    expect(features[kind]?.available).toBe(does("ip", "link", "add", "name", "first", ...words));
    does("ip", "link", "delete", "first");
  });

  it("of the rest of the kernel, as programs find them", () => {
    const facts: Readonly<Record<string, boolean>> = {
      nftables: does("nft", "list", "ruleset"),
      iptables: does("iptables-save"),
      conntrack: does("conntrack", "-L"),
      xfrm: does("ip", "xfrm", "state"),
      ipv6: does("ls", "/proc/sys/net/ipv6"),
      brNetfilter: does("ls", "/proc/sys/net/bridge/bridge-nf-call-iptables"),
      routeLocalnet: does("sysctl", "net.ipv4.conf.all.route_localnet"),
      packetSockets: does("ls", "/proc/net/packet"),
      sctp: does("ls", "/proc/net/sctp/eps"),
      ipvs: does("ls", "/proc/net/ip_vs"),
    };
    const found = Object.keys(facts).map((name) => [name, features[name]?.available]);
    expect(Object.fromEntries(found)).toEqual(facts);
  });

  it("that are missing say what they need", () => {
    for (const [name, one] of Object.entries(features)) {
      if (!one.available) expect(one.reason, name).toMatch(/^needs CONFIG_\w+ \(kernel module \w+/);
    }
  });

  it("are asked for once, and leave nothing", async () => {
    const before = descriptors();
    expect(await platform.features()).toEqual(features);
    expect(descriptors()).toEqual(before);
    expect(ipJson(["link"]).map(({ ifname }) => ifname)).toEqual(["lo"]);
  });

  it("that a plan needs and the kernel lacks are named when it is applied", async () => {
    const link = keyed({ kind: "link", owner: HOST_OWNER, name: "dummy7", type: "dummy", up: true });
    const applied = platform.apply({ remove: [], add: [link] });
    if (features["dummy"]?.available === true) await applied;
    else
      await expect(applied).rejects.toMatchObject({
        kind: "unsupported",
        code: "link-kind-missing",
        message: expect.stringContaining(
          "cannot make dummy dummy7: this kernel has no dummy links; it needs CONFIG_DUMMY (kernel module dummy)",
        ),
      });
  });
});
