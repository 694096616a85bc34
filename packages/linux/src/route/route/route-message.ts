import { attributes, bytes, u32, type ValuesOf } from "../../netlink/attributes.ts";
import type { MessageCodec } from "../../netlink/message.ts";
import { ip } from "../address-codec.ts";

/** struct rtmsg, and the attributes behind it. */
export interface RouteMessage {
  readonly family: number;
  readonly destinationLength: number;
  readonly sourceLength: number;
  readonly tos: number;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  readonly type: number;
  readonly flags: number;
  readonly attributes: ValuesOf<typeof routeAttributes>;
}

const routeAttributes = attributes({
  RTA_DST: ip(1),
  RTA_SRC: ip(2),
  RTA_IIF: u32(3),
  RTA_OIF: u32(4),
  RTA_GATEWAY: ip(5),
  RTA_PRIORITY: u32(6),
  RTA_PREFSRC: ip(7),
  RTA_METRICS: bytes(8),
  RTA_MULTIPATH: bytes(9),
  RTA_TABLE: u32(15),
});

export const routeMessage: MessageCodec<RouteMessage> = {
  write(out, value) {
    out.u8(value.family);
    out.u8(value.destinationLength);
    out.u8(value.sourceLength);
    out.u8(value.tos);
    out.u8(value.table);
    out.u8(value.protocol);
    out.u8(value.scope);
    out.u8(value.type);
    out.u32(value.flags);
    routeAttributes.write(out, value.attributes);
  },
  read(input) {
    return {
      family: input.u8(),
      destinationLength: input.u8(),
      sourceLength: input.u8(),
      tos: input.u8(),
      table: input.u8(),
      protocol: input.u8(),
      scope: input.u8(),
      type: input.u8(),
      flags: input.u32(),
      attributes: routeAttributes.read(input, {}),
    };
  },
};
