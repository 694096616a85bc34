import { readFileSync } from "node:fs";
import { compare } from "../compare.ts";
import type { Records } from "../records.ts";

const IPV4 = ["ipv4/ip_forward"];
const IPV6 = ["ipv6/conf/default/forwarding", "ipv6/conf/all/forwarding"];

export type Forwarding = Readonly<Record<string, string>>;

/** The host's own switches, as they are now. The calling thread is in the host's namespace. */
export const readForwarding = (): Forwarding =>
  Object.fromEntries([...IPV4, ...IPV6].map((name) => [name, readFileSync(`/proc/sys/net/${name}`, "utf8").trim()]));

/** On while a network needs them, and else as they were. */
export function forwarding({ networks }: Records, before: Forwarding): readonly string[] {
  const open = networks.filter(({ internal }) => !internal);
  const on = new Set([...(open.some(({ ipv4 }) => ipv4) ? IPV4 : []), ...(open.some(({ ipv6 }) => ipv6) ? IPV6 : [])]);
  const wanted = Object.entries(before).map(([name, value]) => `${name} = ${on.has(name) ? "1" : value}`);
  const found = Object.entries(readForwarding()).map(([name, value]) => `${name} = ${value}`);
  return compare("switches of the host", wanted, found);
}
