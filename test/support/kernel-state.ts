import type { Namespace } from "@cnm/linux";
import { nftJson, run } from "./host.ts";

const SETTINGS = ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding", "net.ipv6.conf.default.forwarding"];

/** Comes and goes by itself: counters, identities of rules, what the kernel finds out about an address or a carrier in its own time. */
const PASSING: ReadonlySet<string> = new Set(["handle", "tentative", "pref", "operstate"]);
/** Flags of a link and of its routes. */
const CARRIER: readonly unknown[] = ["NO-CARRIER", "linkdown"];

/** Made of a MAC address, when the first packet can go out of a link; and the routes that come with it. */
const KERNELS_OWN = /^(?:fe80::|ff00::\/8$)/;

/** Everything that a failed operation has to leave as it was, as other people's programs see it. */
export function kernelState(namespace?: Namespace): unknown {
  const ip = (...args: readonly string[]): unknown =>
    settled(JSON.parse(run("ip", ["-j", ...args], namespace) || "[]"));
  return {
    links: ip("link"),
    addresses: ip("address"),
    routes: ["-4", "-6"].map((family) => ip(family, "route", "show", "table", "all")),
    rules: ["-4", "-6"].map((family) => ip(family, "rule")),
    firewall: settled(nftJson(["list", "ruleset"], namespace)),
    sockets: run("ss", ["-Hlntu"], namespace).split("\n").sort(),
    settings: run("sysctl", SETTINGS, namespace),
  };
}

function settled(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isKernelsOwn(item)).map(settled);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !PASSING.has(name));
  return Object.fromEntries(entries.map(([name, inner]) => [name, settled(inner)]));
}

function isKernelsOwn(item: unknown): boolean {
  if (CARRIER.includes(item)) return true;
  if (typeof item !== "object" || item === null) return false;
  return ["local", "dst"].some((name) =>
    KERNELS_OWN.test(String(Object.entries(item).find(([key]) => key === name)?.[1])),
  );
}
