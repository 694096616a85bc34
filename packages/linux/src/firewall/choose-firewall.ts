import { CnmError, type Feature } from "@cnm/core";
import type { Firewall } from "./firewall.ts";

export type FirewallChoice = "auto" | Firewall["name"];

export interface FirewallFeatures {
  /** See `probeFirewalls`. */
  readonly nftables: Feature;
  /** See `iptablesFeature`. */
  readonly iptables: Feature;
}

/**
 * The firewall to use. "auto" is nftables where the kernel has it, else iptables where its programs are. Never "none" unless
 * that was asked for. Throws `unsupported`, naming what is missing.
 */
export function chooseFirewall(wanted: FirewallChoice, features: FirewallFeatures): Firewall["name"] {
  switch (wanted) {
    case "none":
      return "none";
    case "nftables":
    case "iptables":
      if (features[wanted].available) return wanted;
      throw new CnmError("unsupported", `${wanted}-missing`, `firewall ${reasonAgainst(wanted, features)}`);
    case "auto": {
      const found = (["nftables", "iptables"] as const).find((name) => features[name].available);
      if (found !== undefined) return found;
      const reasons = [reasonAgainst("nftables", features), reasonAgainst("iptables", features)].join("; ");
      const message = `no firewall can be used (${reasons}). Choose "none" to go without one`;
      throw new CnmError("unsupported", "no-firewall", message);
    }
    default:
      throw new CnmError(
        "unsupported",
        "firewall",
        `there is no firewall "${String(wanted satisfies never)}": choose auto, nftables, iptables or none`,
      );
  }
}

function reasonAgainst(name: "nftables" | "iptables", features: FirewallFeatures): string {
  const feature = features[name];
  return feature.available ? name : `${name}: ${feature.reason}`;
}
