import {
  attributes,
  be16,
  bytes,
  cstring,
  custom,
  i32,
  nested,
  type PayloadCodec,
  u16,
  u32,
  type ValuesOf,
} from "../netlink/attributes.ts";
import type { MessageCodec } from "../netlink/message.ts";
import { IPVS_GENL_VERSION } from "./constants.ts";

/** struct ip_vs_flags */
export interface ServiceFlags {
  readonly flags: number;
  /** Which of them are meant. */
  readonly mask: number;
}

const flagsCodec: PayloadCodec<ServiceFlags> = {
  write(out, { flags, mask }) {
    out.u32(flags);
    out.u32(mask);
  },
  read: (input) => ({ flags: input.u32(), mask: input.u32() }),
};

const service = attributes({
  IPVS_SVC_ATTR_AF: u16(1),
  IPVS_SVC_ATTR_PROTOCOL: u16(2),
  /** 16 bytes, of which IPv4 uses the first four. */
  IPVS_SVC_ATTR_ADDR: bytes(3),
  IPVS_SVC_ATTR_PORT: be16(4),
  IPVS_SVC_ATTR_FWMARK: u32(5),
  IPVS_SVC_ATTR_SCHED_NAME: cstring(6),
  IPVS_SVC_ATTR_FLAGS: custom(7, flagsCodec),
  /** Seconds of persistence. */
  IPVS_SVC_ATTR_TIMEOUT: u32(8),
  /** Of clients that count as one: a mask for IPv4, a prefix length in the host's order for IPv6. */
  IPVS_SVC_ATTR_NETMASK: bytes(9),
});

const destination = attributes({
  IPVS_DEST_ATTR_ADDR: bytes(1),
  IPVS_DEST_ATTR_PORT: be16(2),
  IPVS_DEST_ATTR_FWD_METHOD: u32(3),
  IPVS_DEST_ATTR_WEIGHT: i32(4),
  IPVS_DEST_ATTR_U_THRESH: u32(5),
  IPVS_DEST_ATTR_L_THRESH: u32(6),
  IPVS_DEST_ATTR_ACTIVE_CONNS: u32(7),
  IPVS_DEST_ATTR_INACT_CONNS: u32(8),
  IPVS_DEST_ATTR_PERSIST_CONNS: u32(9),
  IPVS_DEST_ATTR_ADDR_FAMILY: u16(11),
});

const command = attributes({
  IPVS_CMD_ATTR_SERVICE: nested(1, service, true),
  IPVS_CMD_ATTR_DEST: nested(2, destination, true),
  IPVS_CMD_ATTR_TIMEOUT_TCP: u32(4),
  IPVS_CMD_ATTR_TIMEOUT_TCP_FIN: u32(5),
  IPVS_CMD_ATTR_TIMEOUT_UDP: u32(6),
});

const info = attributes({ IPVS_INFO_ATTR_VERSION: u32(1), IPVS_INFO_ATTR_CONN_TAB_SIZE: u32(2) });

export type ServiceValues = ValuesOf<typeof service>;
export type DestinationValues = ValuesOf<typeof destination>;
export type CommandValues = ValuesOf<typeof command>;

/** struct genlmsghdr, and what is behind it. */
const generic = <T>(body: PayloadCodec<T>, number: number): MessageCodec<T> => ({
  write(out, value) {
    out.u8(number);
    out.u8(IPVS_GENL_VERSION);
    out.u16(0);
    body.write(out, value);
  },
  read(input) {
    input.skip(4);
    return body.read(input, {});
  },
});

export const commandMessage = (number: number): MessageCodec<CommandValues> => generic(command, number);

export const infoMessage = (number: number): MessageCodec<ValuesOf<typeof info>> => generic(info, number);
