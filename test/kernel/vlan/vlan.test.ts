import { bindLibc, createLink, loadFfi, NETLINK_ROUTE, type NetlinkSocket, openNetlinkSocket } from "@cnm/linux";
import { afterAll, expect, it } from "vitest";
import { enterFreshHost, ipJson, run } from "../../support/host.ts";

const host = enterFreshHost();
const other = host.makeNamespace("other");
const libc = bindLibc(loadFfi());
const socket = openNetlinkSocket(libc, NETLINK_ROUTE);
const otherSocket = other.enter(() => openNetlinkSocket(libc, NETLINK_ROUTE));
afterAll(async () => {
  await Promise.all([socket.close(), otherSocket.close()]);
  host.close();
});

run("ip", ["link", "add", "trunk", "type", "veth", "peer", "name", "trunk", "netns", other.path]);
for (const namespace of [host.namespace, other]) run("ip", ["link", "set", "trunk", "up"], namespace);

async function makeVlan(at: NetlinkSocket, vlanId: number): Promise<void> {
  const name = `trunk.${vlanId}`;
  const parentIndex = at.interfaceIndex("trunk") ?? 0;
  const outcomes = await at.execute([createLink({ kind: "vlan", name, parentIndex, vlanId, up: true })]);
  expect(outcomes).toEqual([undefined]);
}

it("802.1Q links carry what bears their number, and nothing else", async () => {
  for (const vlanId of [7, 8]) await makeVlan(socket, vlanId);
  await makeVlan(otherSocket, 7);
  expect(ipJson(["link", "show", "trunk.7"])).toMatchObject([
    { link: "trunk", linkinfo: { info_kind: "vlan", info_data: { protocol: "802.1Q", id: 7 } } },
  ]);
  run("ip", ["address", "add", "192.0.2.1/24", "dev", "trunk.7"]);
  run("ip", ["address", "add", "198.51.100.1/24", "dev", "trunk.8"]);
  for (const address of ["192.0.2.2/24", "198.51.100.2/24"])
    run("ip", ["address", "add", address, "dev", "trunk.7"], other);

  expect(run("ping", ["-c", "1", "-w", "20", "192.0.2.2"])).toContain("1 received");
  // The addresses fit, the numbers do not: nobody answers the question for the neighbour.
  expect(() => run("ping", ["-c", "1", "-W", "1", "198.51.100.2"])).toThrow();
});
