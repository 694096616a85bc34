import * as v from "valibot";
import { flag, id } from "../schema/fields.ts";
import { policy } from "./policy.ts";

export const vSwitchExtension = policy("VSwitchExtension", v.object({ ExtensionID: id, Enable: flag }));
