import { CnmError } from "../errors/cnm-error.ts";
import type { Family } from "../model/network.ts";
import type { Address } from "./address.ts";

/** The 4 or 16 bytes of an address as the kernel and the wire have them: most significant first. */
export function addressToBytes(address: Address): Uint8Array {
  const bytes = new Uint8Array(address.family === 4 ? 4 : 16);
  const view = new DataView(bytes.buffer);
  if (address.family === 4) {
    view.setUint32(0, Number(address.value));
  } else {
    view.setBigUint64(0, address.value >> 64n);
    view.setBigUint64(8, BigInt.asUintN(64, address.value));
  }
  return bytes;
}

/** @throws CnmError `invalid` "invalid-address" unless there are 4 or 16 bytes */
export function addressFromBytes(bytes: Uint8Array): Address {
  const family = familyOf(bytes.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (family === 4) return { family, value: BigInt(view.getUint32(0)) };
  return { family, value: (view.getBigUint64(0) << 64n) | view.getBigUint64(8) };
}

function familyOf(length: number): Family {
  if (length === 4) return 4;
  if (length === 16) return 6;
  throw new CnmError("invalid", "invalid-address", `an IP address has 4 or 16 bytes, not ${length}`);
}
