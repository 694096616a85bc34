import * as v from "valibot";
import { text } from "../schema/fields.ts";
import { policy } from "./policy.ts";

export const sourceMacAddress = policy("SourceMacAddress", v.object({ SourceMacAddress: text }));
