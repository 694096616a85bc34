import * as v from "valibot";
import { list, optional, text } from "../schema/fields.ts";
import { since } from "../schema/needs.ts";
import { policy } from "./policy.ts";

const method = v.object({ Type: v.picklist(["PresharedKey", "Certificate"]), Settings: optional(v.unknown()) });

/** IPsec between two groups of addresses. */
export const encryption = since(
  "Schema 2.1",
  policy(
    "Encryption",
    v.object({
      EncryptionMethodType: v.literal("Ipsec"),
      AuthenticationMethods: optional(list(method)),
      Name: optional(text),
      Endpoints1: optional(list(text)),
      Endpoints2: optional(list(text)),
      ProtocolType: optional(text),
      Endpoint1Ports: optional(list(text)),
      Endpoint2Ports: optional(list(text)),
    }),
  ),
);
