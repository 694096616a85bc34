import * as v from "valibot";
import { enumeration, flags, optional } from "../schema/fields.ts";
import { since } from "../schema/needs.ts";
import { policy } from "./policy.ts";

export const FirewallPolicyFlags = { ConstrainedInterface: 1 } as const;

export const firewall = since(
  "Schema 2.16",
  policy(
    "Firewall",
    v.object({
      VmType: optional(enumeration({ Invalid: 0, Host: 1, WSA: 2, WSL: 3 })),
      FirewallPolicyFlags: optional(flags(FirewallPolicyFlags)),
    }),
  ),
);
