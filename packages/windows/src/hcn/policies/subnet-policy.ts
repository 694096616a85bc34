import * as v from "valibot";
import type { DeepReadonly } from "../schema/deep-readonly.ts";
import { subnetVlan, subnetVsid } from "./isolation.ts";
import { otherPolicy } from "./policy.ts";

export const subnetPolicy = v.union([subnetVlan, subnetVsid, otherPolicy]);

export type SubnetPolicy = DeepReadonly<v.InferOutput<typeof subnetPolicy>>;
