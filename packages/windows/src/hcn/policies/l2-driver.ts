import * as v from "valibot";
import { policy } from "./policy.ts";

export const l2Driver = policy("L2Driver", v.object({}));
