import { describe, expect, it } from "vitest";
import type { Link } from "../../route/link/link.ts";
import { judgeParents, type Standing } from "./parents.ts";

const card: Link = {
  ...{ index: 2, name: "eth0", kind: "", type: 1, up: true, flags: 0, mtu: 1500, mac: "", alias: "", group: 0 },
  data: {},
};
const vlan: Link = { ...card, index: 3, name: "eth0.10", kind: "vlan", linkIndex: 2 };

const on = (parent: string, more: Partial<Standing> = {}): Standing => ({
  ...{ kind: "link", key: `link ${parent}`, owner: { kind: "endpoint", id: "1" } },
  ...{ name: "eth0", type: "macvlan", mode: "bridge", up: true, parent },
  ...more,
});

const wired = () => false;
const judged = (standing: readonly Standing[], links: readonly Link[], isWireless: (link: Link) => boolean = wired) =>
  judgeParents(standing, links, isWireless).map(({ object, key }) => `${object} ${key}`);

describe("a parent", () => {
  it("that is up, wired and large enough is none", () => {
    expect(judged([on("eth0")], [card])).toEqual([]);
  });

  it("that is down", () => {
    expect(judged([on("eth0"), on("eth0")], [{ ...card, up: false }])).toEqual(["parent-down eth0"]);
  });

  it("with a smaller MTU than what stands on it", () => {
    expect(judged([on("eth0", { mtu: 1500 })], [{ ...card, mtu: 1400 }])).toEqual(["parent-mtu eth0"]);
    expect(judged([on("eth0", { mtu: 1400 })], [{ ...card, mtu: 1400 }])).toEqual([]);
  });

  it.each(["virtio", "vmbus", "xen"])("that is a hypervisor's card, on %s, be it below a VLAN", (bus) => {
    const links = [{ ...card, bus }, vlan];
    expect(judged([on("eth0")], links)).toEqual(["parent-virtual eth0"]);
    expect(judged([on("eth0.10")], links)).toEqual(["parent-virtual eth0"]);
  });

  it("whose link below is in another namespace is judged by itself", () => {
    const links = [
      { ...card, bus: "virtio" },
      { ...vlan, linkNamespaceId: 4 },
    ];
    expect(judged([on("eth0.10")], links)).toEqual([]);
  });

  it("that is wireless", () => {
    expect(judged([on("eth0.10")], [card, vlan], ({ name }) => name === "eth0")).toEqual(["parent-wireless eth0"]);
  });

  it("may be virtual or wireless for whoever has its MAC address", () => {
    const links = [{ ...card, bus: "virtio" }];
    expect(judged([on("eth0", { type: "ipvlan", mode: "l2" })], links, () => true)).toEqual([]);
    expect(judged([on("eth0", { mode: "passthru" })], links, () => true)).toEqual([]);
  });

  it("that is not there is told of elsewhere", () => {
    expect(judged([on("eth9")], [card])).toEqual([]);
  });
});
