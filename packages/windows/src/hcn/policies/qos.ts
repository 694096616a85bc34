import * as v from "valibot";
import { count, optional } from "../schema/fields.ts";
import { policy } from "./policy.ts";

export const qos = policy("QOS", v.object({ MaximumOutgoingBandwidthInBytes: optional(count) }));
