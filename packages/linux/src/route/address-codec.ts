import type { Attribute, PayloadCodec } from "../netlink/attributes.ts";
import { DecodeError } from "../netlink/decode-error.ts";
import { ipText, macText, writeIp, writeMac } from "./ip-bytes.ts";

const ipCodec: PayloadCodec<string> = {
  write: writeIp,
  read(input) {
    if (input.left !== 4 && input.left !== 16) throw new DecodeError(`an address of ${input.left} bytes`);
    return ipText(input.rest());
  },
};

/** 4 or 16 bytes; the value is canonical text. */
export const ip = (type: number): Attribute<string> => ({ type, codec: ipCodec });

const macCodec: PayloadCodec<string> = {
  write: writeMac,
  read: (input) => macText(input.rest()),
};

/** A link-layer address of any length (loopback and tunnels have others than six bytes). */
export const mac = (type: number): Attribute<string> => ({ type, codec: macCodec });
