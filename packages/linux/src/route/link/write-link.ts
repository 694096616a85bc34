import type { ByteWriter } from "../../netlink/byte-writer.ts";

/** struct ifinfomsg. `change`: which of the flags count. */
export function writeLinkHeader(out: ByteWriter, index: number, flags: number, change: number): void {
  out.u32(0);
  out.i32(index);
  out.u32(flags);
  out.u32(change);
}
