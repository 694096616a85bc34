/** Two namespaces on a bridge: first by hand, then by cnm. README.md says what to look at. */
import { createController, memoryStore } from "@cnm/core";
import { linuxPlatform } from "@cnm/linux";
import { pings, quietly, shown } from "../support/shown.ts";

const boxes = ["lab-one", "lab-two"];

console.log("By hand:");
shown("ip link add lab0 type bridge");
shown("ip link set lab0 up");
for (const [at, box] of boxes.entries()) {
  shown(`ip netns add ${box}`);
  shown(`ip link add lab-port${at} type veth peer name eth0 netns ${box}`);
  shown(`ip link set lab-port${at} master lab0 up`);
  shown(`ip -n ${box} address add 10.81.0.${at + 2}/24 dev eth0`);
  shown(`ip -n ${box} link set eth0 up`);
}
console.log(`ping from lab-one to lab-two: ${pings("/run/netns/lab-one", "10.81.0.3")}`);
const byHand = kinds("lab-");
for (const box of boxes) quietly(`ip netns del ${box}`);
quietly("ip link del lab0");

console.log("By cnm:");
{
  await using cnm = await createController({ platform: await linuxPlatform(), store: memoryStore() });
  await using network = await cnm.createNetwork({ name: "lab", ipam: { subnets: ["10.82.0.0/24"] } });
  for (const name of boxes) await (await cnm.createSandbox({ name })).join(network);
  const [one, two] = await cnm.sandboxes();
  const [path = ""] = one === undefined ? [] : [(await one.info()).namespace.path];
  const address = (await (await two?.endpoints())?.[0]?.info())?.addresses[0]?.address.replace(/\/.*/, "") ?? "";
  console.log(`ping from lab-one to lab-two: ${pings(path, address)}`);
  console.log(`the same kinds of links on the host: ${kinds("veth") === byHand}`);
  for (const line of quietly("ip -o link show type veth").split("\n")) {
    const alias = /alias (cnm:endpoint:[0-9a-f]{8})/.exec(line)?.[1];
    if (alias !== undefined) console.log(`a veth that says whose it is: ${alias}…`);
  }
  for (const sandbox of await cnm.sandboxes()) await sandbox.remove();
}
console.log(`left on the host: ${quietly("ip -o link").includes("br-") ? "something" : "nothing"}`);

/** "bridge 1, veth 2": what was made here. */
function kinds(veths: string): string {
  const count = (type: string, name: string) =>
    quietly(`ip -o link show type ${type}`)
      .split("\n")
      .filter((line) => line.includes(name)).length;
  return `bridge ${count("bridge", "lab0") + count("bridge", "br-")}, veth ${count("veth", veths)}`;
}
