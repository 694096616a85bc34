import * as v from "valibot";
import { optional, text } from "../schema/fields.ts";
import { since } from "../schema/needs.ts";
import { policy } from "./policy.ts";

/** A set of addresses that ACLs name by its id. */
export const setPolicy = since(
  "SetPolicy",
  policy(
    "SetPolicy",
    v.object({
      Id: text,
      Name: text,
      PolicyType: v.literal("IPSET"),
      /** Addresses, with commas between them. */
      Values: optional(text),
    }),
  ),
);

/** A set of sets. */
export const nestedSetPolicy = since(
  "NestedIpSet",
  policy("SetPolicy", v.object({ Id: text, Name: text, PolicyType: v.literal("NESTEDIPSET"), Values: optional(text) })),
);
