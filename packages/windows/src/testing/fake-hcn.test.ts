import { describe, expect, it } from "vitest";
import { hnsVersion } from "../hcn/hns-version.ts";
import { NetworkFlags } from "../hcn/network.ts";
import { fakeHcn } from "./fake-hcn.ts";
import { hcnConformance } from "./hcn-conformance.ts";

hcnConformance({ describe, it }, async () => fakeHcn());
describe("of Server 2022", () => hcnConformance({ describe, it }, async () => fakeHcn({ version: hnsVersion(14, 0) })));

describe("the fake HNS", () => {
  it("fails when a test wants it to, once", async () => {
    const hcn = fakeHcn();
    hcn.failNext("HcnCreateNetwork", 0x800706ba);
    await expect(hcn.networks.create({ Name: "web", Type: "NAT" })).rejects.toMatchObject({ kind: "unavailable" });
    await hcn.networks.create({ Name: "web", Type: "NAT" });
    expect(hcn.calls.get("HcnCreateNetwork")).toBe(2);
  });

  it("loses what is not persistent when it is restarted, and says that everything may be different", async () => {
    const hcn = fakeHcn();
    await hcn.networks.create({ Name: "lost", Type: "NAT", Flags: NetworkFlags.EnableNonPersistent });
    await hcn.networks.create({ Name: "kept", Type: "Internal" });
    const reader = hcn.notifications()[Symbol.asyncIterator]();
    hcn.restart();
    expect((await hcn.networks.list()).map(({ Name }) => Name)).toEqual(["kept"]);
    const told = [await reader.next(), await reader.next(), await reader.next()].map(({ value }) => value.type);
    expect(told).toEqual(["NetworkPreDelete", "NetworkDelete", "Relist"]);
  });
});
