import * as v from "valibot";
import type { DeepReadonly } from "./schema/deep-readonly.ts";
import { count } from "./schema/fields.ts";

const counter = v.optional(count, 0);

/** What has passed an endpoint's port of the virtual switch. */
export const endpointStatistics = v.object({
  BytesReceived: counter,
  BytesSent: counter,
  PacketsReceived: counter,
  PacketsSent: counter,
  DroppedPacketsIncoming: counter,
  DroppedPacketsOutgoing: counter,
});

export type EndpointStatistics = DeepReadonly<v.InferOutput<typeof endpointStatistics>>;
