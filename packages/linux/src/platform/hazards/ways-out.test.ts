import type { OwnerRef } from "@cnm/core";
import { describe, expect, it } from "vitest";
import { keyed } from "../../resources/resource-key.ts";
import { pairs, waysOut } from "./ways-out.ts";

const owner: OwnerRef = { kind: "endpoint", id: "2".repeat(64) };
const [switchSpace, sandbox] = ["/run/cnm/netns/111111111111.1", "/run/cnm/netns/333333333333"];

const port = (master: string, netns?: string) =>
  keyed({
    kind: "link",
    owner,
    ...(netns === undefined ? {} : { netns }),
    name: "veth2222222",
    type: "veth",
    up: true,
    master,
    peer: { netns: sandbox, name: "eth0", mac: "02:00:00:00:00:02", up: true },
  });
const between = keyed({
  kind: "link",
  owner: { kind: "network", id: "1".repeat(64) },
  name: "sg-11111111.1",
  type: "veth",
  up: true,
  master: "br-111111111111",
  peer: { netns: switchSpace, name: "up-11111111.1", up: true, master: "br-11111111.1" },
});
const route = (destination: string) =>
  keyed({ kind: "route", owner, netns: sandbox, link: "eth0", destination, gateway: "10.7.0.1" });

describe("the bridge by which a sandbox talks to the host", () => {
  it("is the one that its interface is at", () => {
    const attachment = { owner, master: "br-111111111111", peer: { netns: sandbox, name: "eth0" } };
    expect(pairs([port("br-111111111111"), route("0.0.0.0/0")])).toEqual([attachment]);
  });

  it("is the network's first one, where it is at one behind it", () => {
    const found = pairs([port("br-11111111.1", switchSpace), between]);
    expect(found.map(({ master, peer }) => [peer.netns, master])).toEqual([[sandbox, "br-111111111111"]]);
    expect(waysOut([port("br-11111111.1", switchSpace), between, route("0.0.0.0/0"), route("10.8.0.0/16")])).toEqual([
      { family: 4, bridge: "br-111111111111" },
    ]);
  });
});
