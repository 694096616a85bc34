import { attributes, bytes, cstring, u8, u32, type ValuesOf } from "../../netlink/attributes.ts";
import type { MessageCodec } from "../../netlink/message.ts";
import { ip } from "../address-codec.ts";

/** struct ifaddrmsg, and the attributes behind it. */
export interface AddressMessage {
  readonly family: number;
  readonly prefixLength: number;
  readonly flags: number;
  readonly scope: number;
  readonly index: number;
  readonly attributes: ValuesOf<typeof addressAttributes>;
}

const addressAttributes = attributes({
  IFA_ADDRESS: ip(1),
  IFA_LOCAL: ip(2),
  IFA_LABEL: cstring(3),
  IFA_BROADCAST: ip(4),
  IFA_CACHEINFO: bytes(6),
  IFA_FLAGS: u32(8),
  IFA_RT_PRIORITY: u32(9),
  IFA_PROTO: u8(11),
});

export const addressMessage: MessageCodec<AddressMessage> = {
  write(out, value) {
    out.u8(value.family);
    out.u8(value.prefixLength);
    out.u8(value.flags);
    out.u8(value.scope);
    out.i32(value.index);
    addressAttributes.write(out, value.attributes);
  },
  read(input) {
    return {
      family: input.u8(),
      prefixLength: input.u8(),
      flags: input.u8(),
      scope: input.u8(),
      index: input.i32(),
      attributes: addressAttributes.read(input, {}),
    };
  },
};
