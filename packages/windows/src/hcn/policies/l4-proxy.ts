import * as v from "valibot";
import { list, optional, text } from "../schema/fields.ts";
import { since } from "../schema/needs.ts";
import { policy } from "./policy.ts";
import { protocol } from "./protocol.ts";

/** Connections of the endpoint go to a proxy at IP and Port. */
export const l4Proxy = since(
  "L4Proxy",
  policy(
    "L4Proxy",
    v.object({
      IP: optional(text),
      Port: optional(text),
      Protocol: optional(protocol),
      Exceptions: optional(list(text)),
      Destination: text,
      OutboundNAT: optional(v.boolean()),
    }),
  ),
);
