import * as v from "valibot";
import { text } from "../schema/fields.ts";
import { policy } from "./policy.ts";

/** The adapter that an external virtual switch is made on. */
export const netAdapterName = policy("NetAdapterName", v.object({ NetworkAdapterName: text }));
