import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

/** Offsets in a bzImage: Documentation/arch/x86/boot.rst of the kernel. */
const SETUP_SECTORS = 0x1f1;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const SECTOR = 512;
/** Behind the compressed kernel: its length without compression. */
const TRAILER = 4;

const XZ = Buffer.from("fd377a585a00", "hex");

/**
 * Writes the kernel that a bzImage holds, which QEMU starts as it is: to decompress it is a quarter of the work of an emulated
 * machine's start. Returns false where it is compressed otherwise than by xz.
 */
export function decompressKernel(image: string, into: string): boolean {
  const bytes = readFileSync(image);
  const start = (bytes.readUInt8(SETUP_SECTORS) + 1) * SECTOR + bytes.readUInt32LE(PAYLOAD_OFFSET);
  const payload = bytes.subarray(start, start + bytes.readUInt32LE(PAYLOAD_LENGTH) - TRAILER);
  if (!payload.subarray(0, XZ.length).equals(XZ)) return false;
  writeFileSync(into, execFileSync("xz", ["-dc"], { input: payload, maxBuffer: 256 << 20 }));
  return true;
}
