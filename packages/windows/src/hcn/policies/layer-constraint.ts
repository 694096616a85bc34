import * as v from "valibot";
import { id } from "../schema/fields.ts";
import { policy } from "./policy.ts";

export const layerConstraint = policy("LayerConstraint", v.object({ LayerId: id }));
