import * as v from "valibot";
import { count, optional } from "../schema/fields.ts";
import { since } from "../schema/needs.ts";
import { policy } from "./policy.ts";

/** Once for each endpoint. */
export const interfaceParameters = since(
  "Schema 2.4",
  policy("InterfaceParameters", v.object({ Mtu: optional(count) })),
);
