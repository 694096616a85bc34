import * as v from "valibot";
import { count, enumeration, optional } from "../schema/fields.ts";
import { since } from "../schema/needs.ts";
import { policy } from "./policy.ts";

const moderation = enumeration({ Default: 0, Adaptive: 1, Off: 2, Low: 100, Medium: 200, High: 300 });

export const iov = since(
  "Schema 2.9",
  policy(
    "Iov",
    v.object({
      IovOffloadWeight: optional(count),
      QueuePairsRequested: optional(count),
      InterruptModeration: optional(moderation),
    }),
  ),
);
