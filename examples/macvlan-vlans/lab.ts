/** Two hosts, one trunk, two VLANs: tagged networks that cannot see each other. README.md says what to look at. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Controller, createController, memoryStore } from "@cnm/core";
import { linuxPlatform } from "@cnm/linux";
import { pings, quietly } from "../support/shown.ts";

const HOSTS = ["lab-left", "lab-right"];
for (const host of HOSTS) quietly(`ip netns add ${host}`);
quietly("ip -n lab-left link add trunk type veth peer name trunk netns lab-right");
for (const host of HOSTS) quietly(`ip -n ${host} link set trunk up`);

/** A macvlan network on each VLAN, and a sandbox on each. The parents, trunk.10 and trunk.20, are made for them. */
async function furnish(host: string, part: number): Promise<Controller> {
  const platform = await linuxPlatform({ netns: `/run/netns/${host}`, runDir: `/run/${host}` });
  const cnm = await createController({ platform, store: memoryStore() });
  for (const vlan of [10, 20]) {
    const subnet = `10.${vlan}.0.0/24`;
    const network = await cnm.createNetwork({
      name: `vlan${vlan}`,
      driver: "macvlan",
      options: { parent: `trunk.${vlan}` },
      ipam: { subnets: [{ subnet, ipRange: `10.${vlan}.0.${part}/26` }] },
    });
    const box = await cnm.createSandbox({ name: `box${vlan}` });
    await box.join(network, { addresses: [`10.${vlan}.0.${part + 2}`] });
  }
  return cnm;
}
const left = await furnish("lab-left", 64);
const right = await furnish("lab-right", 128);

const tcpdump = spawn("ip", "netns exec lab-right tcpdump -l -n -e -i trunk icmp or (vlan and icmp)".split(" "));
const lines: string[] = [];
createInterface(tcpdump.stdout).on("line", (line) => lines.push(line));
for await (const line of createInterface(tcpdump.stderr)) if (line.startsWith("listening")) break;

const from = async (vlan: number) => (await (await left.sandbox(`box${vlan}`)).info()).namespace.path;
for (const vlan of [10, 20]) {
  console.log(`VLAN ${vlan}, to the same VLAN of the other host: ${pings(await from(vlan), `10.${vlan}.0.130`)}`);
}
// With an address of the other network, so that nothing but the tag is in the way.
quietly(`nsenter --net=${await from(10)} ip address add 10.20.0.250/24 dev eth0`);
console.log(`VLAN 10, to VLAN 20 of the other host: ${pings(await from(10), "10.20.0.130")}`);
console.log(`VLAN 10, to VLAN 20 of its own host: ${pings(await from(10), "10.20.0.66")}`);

while (!lines.some((line) => line.includes("10.20.0.130: ICMP"))) await new Promise(setImmediate);
tcpdump.kill();
for (const vlan of [10, 20]) {
  const line = lines.find((one) => one.includes(`10.${vlan}.0.130: ICMP`)) ?? "";
  console.log(`on the trunk: ${/802\.1Q.*?vlan \d+/.exec(line)?.[0]} carries 10.${vlan}.0.66 > 10.${vlan}.0.130`);
}
for (const cnm of [left, right]) {
  for (const sandbox of await cnm.sandboxes()) await sandbox.remove();
  for (const network of await cnm.networks()) await network.remove();
  await cnm.close();
}
const remaining = quietly("ip -n lab-left -o link").trim().split("\n");
console.log(`links left on lab-left: ${remaining.map((line) => /^\d+: ([^:@]+)/.exec(line)?.[1]).join(" ")}`);
for (const host of HOSTS) quietly(`ip netns del ${host}`);
