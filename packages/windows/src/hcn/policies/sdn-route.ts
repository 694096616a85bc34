import * as v from "valibot";
import { flag, optional, text } from "../schema/fields.ts";
import { policy } from "./policy.ts";

export const sdnRouteSettings = v.object({
  DestinationPrefix: text,
  NextHop: optional(text),
  NeedEncap: optional(flag),
  AutomaticEndpointMonitor: optional(flag),
});

export const sdnRoute = policy("SDNRoute", sdnRouteSettings);
