import * as v from "valibot";
import { count, enumeration, list, optional, text } from "../schema/fields.ts";
import { since } from "../schema/needs.ts";
import { policy } from "./policy.ts";

const rule = v.object({
  Id: optional(text),
  Protocols: optional(text),
  /** Pass: the next tier decides. */
  TierAclRuleAction: enumeration({ Allow: 0, Block: 1, Pass: 2 }),
  LocalAddresses: optional(text),
  RemoteAddresses: optional(text),
  LocalPorts: optional(text),
  RemotePorts: optional(text),
  Priority: optional(count),
});

/** Rules in tiers: the one with the lowest Order is asked first. */
export const tierAcl = since(
  "TierAcl",
  policy(
    "TierAcl",
    v.object({
      Name: optional(text),
      Direction: enumeration({ In: 0, Out: 1 }),
      Order: count,
      TierAclRules: list(rule),
    }),
  ),
);
