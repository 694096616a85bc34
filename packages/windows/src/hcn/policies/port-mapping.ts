import * as v from "valibot";
import { count, flags, optional, text } from "../schema/fields.ts";
import { policy } from "./policy.ts";
import { protocol } from "./protocol.ts";

export const NatFlags = { LocalRoutedVip: 1, IPv6: 2, ExternalPortReserved: 4 } as const;

/** A port of the host that leads to one of the endpoint's. ExternalPort 0 or none: HNS chooses one. */
export const portMapping = policy(
  "PortMapping",
  v.object({
    Protocol: protocol,
    InternalPort: count,
    ExternalPort: optional(count),
    VIP: optional(text),
    Flags: optional(flags(NatFlags)),
  }),
);
