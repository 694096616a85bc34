import * as v from "valibot";
import { count, id, optional, text } from "../schema/fields.ts";
import { policy } from "./policy.ts";

/** Which interface of the host is meant, by whatever is known of it. */
export const interfaceConstraint = policy(
  "InterfaceConstraint",
  v.object({
    InterfaceGuid: optional(id),
    InterfaceLuid: optional(count),
    InterfaceIndex: optional(count),
    InterfaceMediaType: optional(count),
    InterfaceAlias: optional(text),
    InterfaceDescription: optional(text),
  }),
);
