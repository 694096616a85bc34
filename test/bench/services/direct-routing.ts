import { run } from "../../support/host.ts";

/** A namespace, and the interface in it that is on the network. */
export interface Place {
  readonly path: string;
  readonly address: string;
}

/**
 * The other way to keep the client's address, made by hand: a director answers for the virtual address and sends each packet
 * on to a task with another hardware address, as `nft`'s manual has it; tasks bear the virtual address on their loopback, and
 * answer the client themselves.
 */
export function routeDirectly(address: string, director: Place, tasks: readonly Place[]): void {
  inside(director, "ip", ["address", "add", `${address}/32`, "dev", "eth0"]);
  for (const task of tasks) {
    setting(task, "arp_ignore", "1");
    setting(task, "arp_announce", "2");
    inside(task, "ip", ["address", "add", `${address}/32`, "dev", "lo"]);
  }
  const choices = tasks.map((task, at) => `${at} : ${hardwareAddress(task)}`).join(", ");
  const rules = [
    "add table netdev director",
    "add chain netdev director in { type filter hook ingress device eth0 priority 0; }",
    `add rule netdev director in ip daddr ${address} ip protocol tcp ether saddr set ${hardwareAddress(director)} ` +
      `ether daddr set jhash ip saddr . tcp sport mod ${tasks.length} map { ${choices} } fwd to eth0`,
  ];
  for (const rule of rules) inside(director, "nft", [rule]);
}

function hardwareAddress(place: Place): string {
  const [link] = JSON.parse(inside(place, "ip", ["-j", "link", "show", "dev", "eth0"])) as [{ address: string }];
  return link.address;
}

const setting = (place: Place, name: string, value: string): string =>
  inside(place, "tee", [`/proc/sys/net/ipv4/conf/all/${name}`], value);

const inside = ({ path }: Place, command: string, args: readonly string[], input?: string): string =>
  run("nsenter", [`--net=${path}`, command, ...args], undefined, input);
