import * as v from "valibot";
import { count, list, optional, text } from "../schema/fields.ts";
import { since } from "../schema/needs.ts";
import { policy } from "./policy.ts";

const tuple = v.object({
  Protocols: optional(text),
  LocalAddresses: optional(text),
  RemoteAddresses: optional(text),
  LocalPorts: optional(text),
  RemotePorts: optional(text),
  Priority: optional(count),
});

const exceptions = v.object({ IpAddressExceptions: optional(list(text)), PortExceptions: optional(list(text)) });

/** A proxy inside the compartment, in both directions. */
export const l4WfpProxy = since(
  "L4WfpProxy",
  policy(
    "L4WFPPROXY",
    v.object({
      InboundProxyPort: optional(text),
      OutboundProxyPort: optional(text),
      FilterTuple: optional(tuple),
      /** Whose connections are let through: the proxy's own. */
      UserSID: optional(text),
      InboundExceptions: optional(exceptions),
      OutboundExceptions: optional(exceptions),
    }),
  ),
);
