import type { Scope } from "@cnm/core";
import type { HostComputeNetworkType } from "../../hcn/network.ts";
import type { EndpointPolicySettings } from "../../hcn/policies/endpoint-policy.ts";

/** What tells one type of HNS network from another. Each driver is one of these, and everything else follows. */
export interface HnsTraits {
  readonly name: string;
  readonly type: HostComputeNetworkType;
  readonly scope: Scope;
  readonly defaultIpam: string;
  /** Whether HNS finds a subnet itself where none is named; else the fault's words. */
  readonly subnet: { readonly chosenByHns: true } | { readonly needed: string };
  /** Why there is no IPv6; absent: there is. */
  readonly noIpv6?: string;
  /** Who has the gateway address: this host, a router outside, or nobody. */
  readonly gateway: "host" | "router" | "none";
  /** HNS has an endpoint of its own on it, at the second address of each IPv4 subnet. */
  readonly hostEndpoint?: boolean;
  /** Whether it has an external virtual switch, on an adapter that may be named. */
  readonly uplink: boolean;
  /**
   * How ports are published. `winnat`: HNS takes the host port itself. `vfp`: a socket of ours keeps it, as Docker's daemon
   * does. Else the reason why not at all.
   */
  readonly ports: "winnat" | "vfp" | { readonly none: string };
  /** Where the firewall is: VFP in the virtual switch, or the Windows firewall of the compartment. */
  readonly ruleType: NonNullable<EndpointPolicySettings<"ACL">["RuleType"]>;
  /** Nobody but neighbours reaches what is not published, as on Linux behind NAT. */
  readonly guarded: boolean;
  /** 802.1Q tags. */
  readonly vlan: boolean;
  /** Virtual subnet identifiers: one of `vsid`, or a list, one for each subnet. */
  readonly vsid: "none" | "one" | "list";
  /** Whether leaving traffic can be translated by a policy of each endpoint; `always`: unless it is switched off. */
  readonly outboundNat: "none" | "option" | "always";
}

export const NO_IPV6_SUBNETS = "windowsshim driver doesn't support v6 subnets";
