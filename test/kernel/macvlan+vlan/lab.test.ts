import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { enterFreshHost, ipJson, run } from "../../support/host.ts";

const host = enterFreshHost();
afterAll(() => host.close());

const root = fileURLToPath(new URL("../../..", import.meta.url));

it("the lab of two VLANs on a trunk does what it says, and leaves nothing", () => {
  const output = run(process.execPath, [`${root}/tools/example.mjs`, "macvlan-vlans"]);
  expect(output.trim().split("\n")).toEqual([
    "VLAN 10, to the same VLAN of the other host: true",
    "VLAN 20, to the same VLAN of the other host: true",
    "VLAN 10, to VLAN 20 of the other host: false",
    "VLAN 10, to VLAN 20 of its own host: false",
    expect.stringMatching(/^on the trunk: 802\.1Q.* vlan 10 carries 10\.10\.0\.66 > 10\.10\.0\.130$/),
    expect.stringMatching(/^on the trunk: 802\.1Q.* vlan 20 carries 10\.20\.0\.66 > 10\.20\.0\.130$/),
    "links left on lab-left: lo trunk",
  ]);
  expect(ipJson(["link"]).map(({ ifname }) => ifname)).toEqual(["lo"]);
});
