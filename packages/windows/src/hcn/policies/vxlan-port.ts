import * as v from "valibot";
import { count } from "../schema/fields.ts";
import { since } from "../schema/needs.ts";
import { policy } from "./policy.ts";

/** The UDP port of an overlay network; 4789 without it. */
export const vxlanPort = since("VxlanPort", policy("VxlanPort", v.object({ Port: count })));
