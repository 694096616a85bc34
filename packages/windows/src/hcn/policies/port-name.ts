import * as v from "valibot";
import { text } from "../schema/fields.ts";
import { policy } from "./policy.ts";

/** The name of the port of the virtual switch. */
export const portName = policy("PortName", v.object({ Name: text }));
