import * as v from "valibot";
import { flag } from "../schema/fields.ts";
import { policy } from "./policy.ts";

export const automaticDns = policy("AutomaticDNS", v.object({ Enable: flag }));
