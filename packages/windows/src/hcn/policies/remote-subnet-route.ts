import * as v from "valibot";
import { count, text } from "../schema/fields.ts";
import { since } from "../schema/needs.ts";
import { policy } from "./policy.ts";

/** A whole subnet behind another host of an overlay network. */
export const remoteSubnetRoute = since(
  "RemoteSubnet",
  policy(
    "RemoteSubnetRoute",
    v.object({
      DestinationPrefix: text,
      /** The VXLAN identifier. */
      IsolationId: count,
      /** That host. */
      ProviderAddress: text,
      DistributedRouterMacAddress: text,
    }),
  ),
);
