import * as v from "valibot";
import { count, enumeration, optional, text } from "../schema/fields.ts";
import { valuesSince } from "../schema/needs.ts";
import { policy } from "./policy.ts";

const VXLAN = "252";

const protocols = valuesSince(
  (value) => (String(value).split(",").includes(VXLAN) ? [{ feature: "AclProtocol252", what: VXLAN }] : []),
  text,
);

/**
 * Lists are texts with commas: addresses or prefixes, or ids of `SetPolicy` sets; ports and ranges `80-90`; protocols by
 * number. Left out, it is any: HNS refuses the word "Any". As soon as an endpoint has one ACL, all that none allows is dropped.
 */
export const aclSettings = v.object({
  Id: optional(text),
  /** "6,17": 1 is ICMP, 58 ICMPv6, 252 VXLAN (HNS ≥ 11.0). */
  Protocols: optional(protocols),
  Action: enumeration({ Allow: 0, Block: 1, Pass: 2 }, { Pass: "Schema 2.10" }),
  /** As the endpoint sees it: In is to the container. */
  Direction: enumeration({ In: 0, Out: 1 }),
  LocalAddresses: optional(text),
  RemoteAddresses: optional(text),
  LocalPorts: optional(text),
  RemotePorts: optional(text),
  /** Switch: a VFP rule; Host: the firewall of the compartment. */
  RuleType: optional(enumeration({ Host: 0, Switch: 1 })),
  /** The lowest number wins. */
  Priority: optional(count),
});

export const acl = policy("ACL", aclSettings);
