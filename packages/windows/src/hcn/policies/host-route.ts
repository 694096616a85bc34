import * as v from "valibot";
import { since } from "../schema/needs.ts";
import { policy } from "./policy.ts";

/** Has no settings, and wants them as an empty object. */
export const hostRoute = since("HostRoute", policy("HostRoute", v.object({})));
