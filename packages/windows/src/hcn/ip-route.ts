import * as v from "valibot";
import type { DeepReadonly } from "./schema/deep-readonly.ts";
import { count, optional, text } from "./schema/fields.ts";

/** A gateway is a route to 0.0.0.0/0 or ::/0. */
export const ipRoute = v.object({
  NextHop: optional(text),
  DestinationPrefix: optional(text),
  Metric: optional(count),
});

export type IpRoute = DeepReadonly<v.InferOutput<typeof ipRoute>>;
