import * as v from "valibot";
import { text } from "../schema/fields.ts";
import { policy } from "./policy.ts";

/** Of the distributed router. */
export const drMacAddress = policy("DrMacAddress", v.object({ Address: text }));
