import * as v from "valibot";
import { base, type Wanted } from "./base.ts";
import { sdnRouteSettings } from "./policies/sdn-route.ts";
import type { DeepReadonly } from "./schema/deep-readonly.ts";
import { id, list, optional } from "./schema/fields.ts";

/** Routes of VFP, on the ports of several endpoints. HNS cannot change one: it is deleted and made again. */
export const hostComputeRoute = v.object({
  ...base,
  HostComputeNetwork: optional(id),
  HostComputeEndpoints: v.optional(list(id), []),
  Routes: optional(list(sdnRouteSettings)),
});

export type HostComputeRoute = DeepReadonly<v.InferOutput<typeof hostComputeRoute>>;
export type WantedRoute = Wanted<HostComputeRoute>;
