import { describe, expect, it } from "vitest";
import { chooseFirewall, type FirewallChoice } from "./choose-firewall.ts";

const yes = { available: true } as const;
const no = (reason: string) => ({ available: false, reason }) as const;

describe("chooseFirewall", () => {
  it.each([
    ["auto", yes, yes, "nftables"],
    ["auto", no("old"), yes, "iptables"],
    ["auto", yes, no("absent"), "nftables"],
    ["nftables", yes, yes, "nftables"],
    ["iptables", yes, yes, "iptables"],
    ["none", no("old"), no("absent"), "none"],
  ] as const)("%s", (wanted, nftables, iptables, chosen) => {
    expect(chooseFirewall(wanted, { nftables, iptables })).toBe(chosen);
  });

  it.each([
    ["auto", "no-firewall", /nftables: old kernel; iptables: no program\). Choose "none"/],
    ["nftables", "nftables-missing", /nftables: old kernel/],
    ["iptables", "iptables-missing", /iptables: no program/],
    ["ipchains" as FirewallChoice, "firewall", /no firewall "ipchains"/],
  ] as const)("%s, where there is neither", (wanted, code, message) => {
    const choose = () => chooseFirewall(wanted, { nftables: no("old kernel"), iptables: no("no program") });
    expect(choose).toThrow(message);
    expect(choose).toThrow(expect.objectContaining({ kind: "unsupported", code }));
  });
});
