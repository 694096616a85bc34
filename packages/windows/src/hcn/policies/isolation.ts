import * as v from "valibot";
import { count } from "../schema/fields.ts";
import { since } from "../schema/needs.ts";
import { policy } from "./policy.ts";

/** 0 is an id as well, and is sent. */
export const isolationSettings = v.object({ IsolationId: count });

/** Of a subnet: an 802.1Q tag. */
export const subnetVlan = policy("VLAN", isolationSettings);
/** Of a subnet of an overlay network: its VXLAN identifier. Windows takes no VNI below 4096. */
export const subnetVsid = policy("VSID", isolationSettings);
/** Of an endpoint. */
export const endpointVlan = since("Schema 2.4", policy("VLAN", isolationSettings));
