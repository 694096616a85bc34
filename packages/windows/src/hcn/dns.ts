import * as v from "valibot";
import type { DeepReadonly } from "./schema/deep-readonly.ts";
import { list, optional, text } from "./schema/fields.ts";

export const dns = v.object({
  Domain: optional(text),
  Search: optional(list(text)),
  ServerList: optional(list(text)),
  Options: optional(list(text)),
});

export type Dns = DeepReadonly<v.InferOutput<typeof dns>>;
