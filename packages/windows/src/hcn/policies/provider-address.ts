import * as v from "valibot";
import { text } from "../schema/fields.ts";
import { policy } from "./policy.ts";

/** On a network: the address that this host's VXLAN packets come from; on a remote endpoint: the host that has it. */
export const providerAddress = policy("ProviderAddress", v.object({ ProviderAddress: text }));
