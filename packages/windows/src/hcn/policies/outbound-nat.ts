import * as v from "valibot";
import { count, flags, list, optional, text } from "../schema/fields.ts";
import { policy } from "./policy.ts";
import { NatFlags } from "./port-mapping.ts";

/** What leaves the endpoint gets the host's address, or VirtualIP; not on the way to the Exceptions (prefixes). */
export const outboundNat = policy(
  "OutBoundNAT",
  v.object({
    VirtualIP: optional(text),
    Exceptions: optional(list(text)),
    Destinations: optional(list(text)),
    Flags: optional(flags(NatFlags)),
    MaxPortPoolUsage: optional(count),
  }),
);
