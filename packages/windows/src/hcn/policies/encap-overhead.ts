import * as v from "valibot";
import { count } from "../schema/fields.ts";
import { policy } from "./policy.ts";

/** So many bytes of each packet are left for a tunnel's header. */
export const encapOverhead = policy("EncapOverhead", v.object({ Overhead: count }));
